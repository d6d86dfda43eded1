#include "system/notify.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "support/environment.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

// A supervisor that reads when it is told to.
class NotifyTest : public testing::Test {
 protected:
  NotifyTest() {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    set_variable("NOTIFY_SOCKET", path_);
  }
  ~NotifyTest() override {
    unset_variable("NOTIFY_SOCKET");
    ::close(socket_);
  }
  // "" where there is nothing.
  std::string read() const {
    std::array<char, 100> text{};
    const auto size = ::recv(socket_, text.data(), text.size(), MSG_DONTWAIT);
    return {text.data(), std::size_t(size < 0 ? 0 : size)};
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.path() / "notify";
  const int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST_F(NotifyTest, ReachesTheSupervisor) {
  notify_supervisor("READY=1");
  notify_supervisor("WATCHDOG=1");
  EXPECT_EQ(read(), "READY=1");
  EXPECT_EQ(read(), "WATCHDOG=1");
  EXPECT_EQ(read(), "");
}

TEST_F(NotifyTest, ExtendsTheStart) {
  extend_start();
  EXPECT_EQ(read(), "EXTEND_TIMEOUT_USEC=300000000");
}

TEST_F(NotifyTest, DoesNotWaitForASupervisorThatDoesNotRead) {
  for (int i = 0; i < 10'000; ++i)  // more than a socket's queue holds
    notify_supervisor("WATCHDOG=1");
  EXPECT_EQ(read(), "WATCHDOG=1");
}

TEST(Notify, IsQuietWithoutASupervisor) { notify_supervisor("READY=1"); }

}  // namespace
}  // namespace tenantscope
