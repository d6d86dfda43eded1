// A daemon whose standard error or file sink is a pipe that nobody reads, for a while or for good.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <set>
#include <string>
#include <vector>

#include "e2e/numbered.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr int tenants = 100;

// A FIFO of the smallest size with a reader that reads when it is told to.
class Pipe {
 public:
  explicit Pipe(std::filesystem::path path) : path_(std::move(path)) {
    if (::mkfifo(path_.c_str(), 0600) != 0)
      throw std::runtime_error("no FIFO");
    file_ = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ::fcntl(file_, F_SETPIPE_SZ, 4096);
  }
  ~Pipe() { ::close(file_); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const std::string& read() {
    std::array<char, 4096> piece{};
    for (ssize_t size = 0; (size = ::read(file_, piece.data(), piece.size())) > 0;)
      text_.append(piece.data(), std::size_t(size));
    return text_;
  }

 private:
  std::filesystem::path path_;
  int file_ = -1;
  std::string text_;
};

class StalledLog : public testing::Test {
 protected:
  StalledLog() {
    deployment_.launch({}, {"/bin/sh", "-c", R"(log=$0; exec "$@" 2>"$log")", log_.path()});
  }
  // The log says where the daemon listens, and is read so far only.
  std::string url() {
    std::string address;
    EXPECT_TRUE(eventually([&] {
      const Lines found = lines_with(log_.read(), {"listening", "127.0.0.1"});
      address = found.empty() ? "" : found.front().substr(found.front().find("address=") + 8);
      return !address.empty();
    }));
    return "http://" + address;
  }
  using Lines = std::vector<std::string>;

  Simulator authority_{numbered_scenario(tenants)};
  Deployment deployment_{configuration(authority_.url(), numbered_tenants(tenants))};
  Pipe log_{deployment_.folder() / "log"};
};

TEST_F(StalledLog, StopsNothing) {
  const std::string base = url();
  const auto metrics = [&] { return Metrics(http_get(base + "/metrics").body); };
  for (int i = 0; i < tenants; ++i)
    ASSERT_TRUE(eventually([&] { return authority_.requests(tenant(i)) >= 3; }))
        << "each tenant is asked again and again";
  EXPECT_EQ(http_get(base + "/-/healthy").status, 200);
  EXPECT_EQ(metrics()["tenantscope_log_lines_dropped_total"], 0);

  const auto reloaded = "tenantscope_config_last_reload_success_timestamp_seconds";
  const auto before = metrics()[reloaded];
  ASSERT_TRUE(eventually([&] {
    deployment_.daemon().process().signal(SIGHUP);
    return metrics()[reloaded] > before;
  }));
  EXPECT_EQ(deployment_.stop(), 0);
}

TEST_F(StalledLog, LosesNothingThatHadRoom) {
  const std::string base = url();
  for (int i = 0; i < tenants; ++i)
    ASSERT_TRUE(eventually([&] { return authority_.requests(tenant(i)) >= 1; }));
  ASSERT_TRUE(
      eventually([&] { return lines_with(log_.read(), {"tenant seen first"}).size() == tenants; }));
  deployment_.daemon().process().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return log_.read().find("\"stopped\"") != std::string::npos; }));
  EXPECT_EQ(deployment_.daemon().process().wait(), 0);
}

class StalledSink : public testing::Test {
 protected:
  static std::string sinks(const std::filesystem::path& path) {
    return fmt::format("{}events: {{sinks: [{{name: audit, file: {{path: {}}}}}]}}\n",
                       numbered_tenants(tenants), path.string());
  }
  bool waits_for_the_reader() {
    return eventually([&] {
      const std::string refused =
          R"(tenantscope_event_delivery_failures_total{reason="io",sink="audit"})";
      return deployment_.daemon().metrics()[refused] >= 1;
    });
  }

  TemporaryFolder folder_;
  Simulator authority_{numbered_scenario(tenants)};
  Pipe pipe_{folder_.path() / "events"};
  Deployment deployment_{configuration(authority_.url(), sinks(pipe_.path()))};
};

TEST_F(StalledSink, GetsEachEventOnceWhenItIsReadAgain) {
  deployment_.start();
  ASSERT_TRUE(waits_for_the_reader());
  ASSERT_TRUE(eventually([&] { return deployment_.journal().size() == tenants; }));
  EXPECT_TRUE(eventually([&] {
    pipe_.read();
    return deployment_.undelivered() == 0;
  })) << deployment_.daemon().log();
  EXPECT_EQ(lines_of(pipe_.read()).size(), std::size_t(tenants));
  EXPECT_TRUE(lines_of(pipe_.read()) == deployment_.journal());
}

TEST_F(StalledSink, HoldsNoStopUp) {
  deployment_.start();
  ASSERT_TRUE(waits_for_the_reader());
  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_EQ(lines_with(deployment_.daemon().log(), {"without waiting"}).size(), 0u);
}

}  // namespace
}  // namespace tenantscope::e2e
