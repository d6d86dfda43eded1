// What the daemon tells systemd (sd_notify), on a socket that the test listens on in systemd's
// place.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

class NotifySocket {
 public:
  NotifySocket() : file_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~NotifySocket() { ::close(file_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  std::string path() const { return folder_.path() / "notify"; }

  // All that was told since the last call, a message a line.
  std::string told() const {
    std::string messages;
    std::array<char, 4096> message{};
    for (ssize_t size; (size = ::recv(file_, message.data(), message.size(), 0)) > 0;)
      messages.append(message.data(), std::size_t(size)) += '\n';
    return messages;
  }

  bool hears(const std::string& what) const {
    return eventually([&] { return told().find(what) != std::string::npos; });
  }

 private:
  TemporaryFolder folder_;
  int file_;
};

const std::string nothing_to_do = "tenants: []\n";

TEST(Supervisor, HearsThatTheDaemonIsReadyAliveAndStopping) {
  const NotifySocket supervisor;
  Deployment deployment(nothing_to_do);
  Daemon& daemon = deployment.launch(
      {}, {"/usr/bin/env", "NOTIFY_SOCKET=" + supervisor.path(), "WATCHDOG_USEC=200000"});

  EXPECT_TRUE(supervisor.hears("READY=1"));
  EXPECT_EQ(daemon.metrics()["tenantscope_tenants"], 0);  // ready is ready
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(supervisor.hears("WATCHDOG=1"));
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_TRUE(supervisor.hears("STOPPING=1"));
}

TEST(Supervisor, HearsNoWatchdogThatItDidNotAskFor) {
  const NotifySocket supervisor;
  Deployment deployment(nothing_to_do);
  Daemon& daemon = deployment.launch(
      {}, {"/usr/bin/env", "--unset=WATCHDOG_USEC", "NOTIFY_SOCKET=" + supervisor.path()});
  daemon.process().await_line("\"started\"");
  EXPECT_EQ(deployment.stop(), 0);
  const std::string told = supervisor.told();
  EXPECT_NE(told.find("READY=1"), std::string::npos) << told;
  EXPECT_NE(told.find("STOPPING=1"), std::string::npos) << told;
  EXPECT_EQ(told.find("WATCHDOG=1"), std::string::npos) << told;
}

// A storage that an older version has left.
void restore(const std::filesystem::path& storage, int version) {
  std::filesystem::create_directories(storage);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((storage / "tenantscope.db").c_str(), &database), SQLITE_OK);
  const std::string dump = read_file(
      fmt::format("{}/tests/storage/fixtures/version_{}.sql", TENANTSCOPE_SOURCE, version));
  const std::string ours =
      fmt::format("; PRAGMA application_id = {}; PRAGMA user_version = {}", 0x746e7363, version);
  EXPECT_EQ(sqlite3_exec(database, (dump + ours).c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
}

TEST(Supervisor, WaitsForAStorageThatIsBroughtUpToThisVersion) {
  const NotifySocket supervisor;
  Deployment deployment(nothing_to_do);
  restore(deployment.storage(), 2);
  const std::vector<std::string> supervised{"/usr/bin/env", "NOTIFY_SOCKET=" + supervisor.path()};
  Daemon& daemon = deployment.launch({}, supervised);
  daemon.process().await_line("\"started\"");
  EXPECT_EQ(supervisor.told().substr(0, 30), "EXTEND_TIMEOUT_USEC=300000000\n")
      << "it says so before it is ready";
  EXPECT_EQ(
      lines_with(daemon.log(), {"the storage is brought up to this version", "from=2 to="}).size(),
      1u)
      << daemon.log();
  EXPECT_TRUE(std::filesystem::exists(deployment.storage() / "tenantscope.db.version-2"));
  EXPECT_EQ(deployment.stop(), 0);

  supervisor.told();
  deployment.launch({}, supervised).process().await_line("\"started\"");
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_EQ(supervisor.told().find("EXTEND"), std::string::npos);
}

TEST(Supervisor, IsNotToldThatADaemonIsReadyWhichIsNot) {
  const NotifySocket supervisor;
  Deployment deployment("no_such_key: 1\n");
  Process& process =
      deployment.launch({}, {"/usr/bin/env", "NOTIFY_SOCKET=" + supervisor.path()}).process();
  EXPECT_EQ(process.wait(), 78);
  EXPECT_EQ(supervisor.told(), "");
}

}  // namespace
}  // namespace tenantscope::e2e
