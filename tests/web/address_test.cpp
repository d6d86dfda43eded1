#include "web/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "support/own_loopback.hpp"
#include "support/raw_client.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

std::string reason_against(const std::string& address, int exit_code = exit_failure) {
  try {
    listen_on(address);
  } catch (const FatalError& error) {
    EXPECT_EQ(error.exit_code, exit_code);
    return error.what();
  }
  return "";
}

TEST(ListenAddress, IsToldAsItIsBound) {
  const ListeningSocket socket = listen_on("127.0.0.1:0");
  EXPECT_EQ(socket.family(), AF_INET);
  EXPECT_TRUE(socket.address().starts_with("127.0.0.1:"));
  EXPECT_FALSE(socket.address().ends_with(":0"));
  EXPECT_NO_THROW(RawClient{socket.address()});
  EXPECT_EQ(reason_against(socket.address()),
            "can't listen on " + socket.address() + ": Address already in use");
}

TEST(ListenAddress, ForTheOwnerIsTheOwnersAlone) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  const ListeningSocket socket = listen_for_owner(folder.path() / "control");
  ::umask(before);
  EXPECT_EQ(std::filesystem::status(folder.path() / "control").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_NO_THROW(RawClient{socket.address()});
}

TEST(ListenAddress, OfIpv6LeavesIpv4Alone) {
  std::optional<ListeningSocket> loopback;
  try {
    loopback.emplace(listen_on("[::1]:0"));
  } catch (const FatalError& error) {
    GTEST_SKIP() << "this machine has no IPv6: " << error.what();
  }
  EXPECT_EQ(loopback->family(), AF_INET6);
  EXPECT_TRUE(loopback->address().starts_with("[::1]:"));
  EXPECT_NO_THROW(RawClient{loopback->address()});

  const ListeningSocket all_six = listen_on("[::]:0");
  const ListeningSocket four = listen_on(own_loopback() + all_six.address().substr(4));
  EXPECT_EQ(four.family(), AF_INET);
}

TEST(ListenAddress, IsRefusedWithWhatToWrite) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "the port is missing: write IPV4:PORT, [IPV6]:PORT or unix:/PATH"},
      {"127.0.0.1", "the port is missing: write IPV4:PORT, [IPV6]:PORT or unix:/PATH"},
      {":10944",
       "the address is missing: write 0.0.0.0:10944 for all IPv4 or [::]:10944 for all IPv6 "
       "addresses"},
      {"127.0.0.1:", "`` is no port from 0 to 65535"},
      {"127.0.0.1:65536", "`65536` is no port from 0 to 65535"},
      {"127.0.0.1:-1", "`-1` is no port from 0 to 65535"},
      {"127.0.0.1:http", "`http` is no port from 0 to 65535"},
      {"localhost:10944",
       "`localhost` is no IP address: write IPV4:PORT, [IPV6]:PORT or unix:/PATH"},
      {"::1:10944", "`::1` is no IP address: write IPV4:PORT, [IPV6]:PORT or unix:/PATH"},
      {"[127.0.0.1]:10944",
       "`127.0.0.1` is no IP address: write IPV4:PORT, [IPV6]:PORT or unix:/PATH"},
      {"unix:", "a path is missing: write unix:/PATH"},
      {"unix:/" + std::string(200, 'a'), "the path is longer than 107 bytes"},
  };
  for (const auto& [address, reason] : cases)
    EXPECT_EQ(reason_against(address, exit_usage),
              fmt::format("can't listen on {}: {}", address, reason));
  EXPECT_EQ(reason_against("192.0.2.1:0"),
            "can't listen on 192.0.2.1:0: Cannot assign requested address");
  EXPECT_EQ(reason_against("unix:/nowhere/at/all"),
            "can't listen on unix:/nowhere/at/all: No such file or directory");
}

TEST(UnixSocket, TakesTheFileOnlyFromTheDead) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "web";
  const std::string address = "unix:" + path;
  ListeningSocket first = listen_on(address);
  EXPECT_EQ(first.address(), address);
  EXPECT_EQ(first.family(), AF_UNIX);
  EXPECT_EQ(reason_against(address), "can't listen on " + address + ": Address already in use");
  EXPECT_NO_THROW(RawClient{address});

  ::close(first.release());  // as a killed process leaves it
  ASSERT_TRUE(std::filesystem::exists(path));
  {
    const ListeningSocket second = listen_on(address);
    EXPECT_NO_THROW(RawClient{address});
  }
  EXPECT_FALSE(std::filesystem::exists(path));

  std::ofstream(path) << "precious";
  EXPECT_EQ(reason_against(address),
            "can't listen on " + address + ": a file that is no socket is there");
  EXPECT_EQ(std::filesystem::file_size(path), 8u);
}

// Its file was moved away, and another one listens where it was.
TEST(UnixSocket, LeavesAnothersFileAlone) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "socket";
  std::optional<ListeningSocket> first(listen_on("unix:" + path.string()));
  std::filesystem::rename(path, folder.path() / "moved");
  const ListeningSocket second = listen_on("unix:" + path.string());
  first.reset();
  EXPECT_TRUE(std::filesystem::exists(path));
}

sockaddr_storage address_of(const std::string& text) {
  sockaddr_storage result{};
  if (text.find(':') == text.npos) {
    auto& four = reinterpret_cast<sockaddr_in&>(result);
    four.sin_family = AF_INET;
    ::inet_pton(AF_INET, text.c_str(), &four.sin_addr);
  } else {
    auto& six = reinterpret_cast<sockaddr_in6&>(result);
    six.sin6_family = AF_INET6;
    ::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr);
  }
  return result;
}

TEST(Peer, IsKnownByItsAddress) {
  const struct {
    std::string came_from;
    std::string address;
    bool local;
  } rows[]{
      {"192.0.2.1", "192.0.2.1", false},
      {"127.0.0.1", "127.0.0.1", true},
      {"127.1.2.3", "127.1.2.3", true},
      {"2001:db8::1", "2001:db8::1", false},
      {"::1", "::1", true},
      {"::ffff:192.0.2.1", "192.0.2.1", false},
      {"::ffff:127.0.0.1", "127.0.0.1", true},
      {"::127.0.0.1", "::127.0.0.1", false},
      {"fe80::1", "fe80::1", false},
  };
  for (const auto& row : rows) {
    const Peer peer = peer_at(address_of(row.came_from));
    EXPECT_EQ(peer.address, row.address) << row.came_from;
    EXPECT_EQ(peer.local, row.local) << row.came_from;
    EXPECT_EQ(peer.network.empty(), row.local) << row.came_from;
    EXPECT_FALSE(peer.control) << row.came_from;
  }
}

TEST(Peer, ComesByLoopbackOrNot) {
  for (const char* address : {"127.0.0.1:1", "127.3.2.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1"})
    EXPECT_TRUE(is_loopback_address(address)) << address;
  for (const char* address : {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[2001:db8::1]:1", "unix:/127.",
                              "[::12]:1", "1127.0.0.1:1"})
    EXPECT_FALSE(is_loopback_address(address)) << address;
}

TEST(Peer, SharesALimitWithItsNetwork) {
  const auto network = [](const std::string& text) { return peer_at(address_of(text)).network; };
  EXPECT_EQ(network("192.0.2.1"), network("::ffff:192.0.2.1"));
  EXPECT_NE(network("192.0.2.1"), network("192.0.2.2"));
  EXPECT_EQ(network("2001:db8::1"), network("2001:db8::ffff:1:2:3"));
  EXPECT_NE(network("2001:db8::1"), network("2001:db8:0:1::1"));
}

}  // namespace
}  // namespace tenantscope
