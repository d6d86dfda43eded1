#include "web/address.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/result.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view unix_scheme = "unix:";
constexpr int send_buffer = 256 * 1024;  // enough for a long way
// Of it: what a slow reader doesn't take shows soon, and keeps the next answer from being made.
constexpr int most_unsent = 32 * 1024;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }
};

[[noreturn]] void fail(const std::string& address, const std::string& reason) {
  throw FatalError(exit_failure, fmt::format("can't listen on {}: {}", address, reason));
}

[[noreturn]] void refuse(const std::string& address, const std::string& reason) {
  throw FatalError(exit_usage, fmt::format("can't listen on {}: {}", address, reason));
}

[[noreturn]] void fail(const std::string& address, int error) {
  fail(address, std::generic_category().message(error));
}

SocketAddress parse_unix(const std::string& address) {
  const std::string path = address.substr(unix_scheme.size());
  SocketAddress result;
  auto& target = reinterpret_cast<sockaddr_un&>(result.storage);
  if (path.empty())
    refuse(address, "a path is missing: write unix:/PATH");
  if (path.size() >= sizeof target.sun_path)
    refuse(address, fmt::format("the path is longer than {} bytes", sizeof target.sun_path - 1));
  target.sun_family = AF_UNIX;
  std::memcpy(target.sun_path, path.c_str(), path.size() + 1);
  result.size = sizeof target;
  return result;
}

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size() &&
         value <= 65535;
}

SocketAddress parse_ip(const std::string& address) {
  constexpr auto form = "write IPV4:PORT, [IPV6]:PORT or unix:/PATH";
  const auto colon = address.rfind(':');
  if (colon == address.npos)
    refuse(address, fmt::format("the port is missing: {}", form));
  const std::string port = address.substr(colon + 1);
  std::string host = address.substr(0, colon);
  if (!is_port(port))
    refuse(address, fmt::format("`{}` is no port from 0 to 65535", port));
  if (host.empty())
    refuse(address, fmt::format("the address is missing: write 0.0.0.0:{0} for all IPv4 or "
                                "[::]:{0} for all IPv6 addresses",
                                port));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed)
    host = host.substr(1, host.size() - 2);

  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_family = bracketed ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
    refuse(address, fmt::format("`{}` is no IP address: {}", host, form));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  SocketAddress result;
  std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
  result.size = found->ai_addrlen;
  return result;
}

int open_socket(const std::string& address, int family) {
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0)
    fail(address, errno);
  return descriptor;
}

void set(int descriptor, int level, int option, int value) {
  ::setsockopt(descriptor, level, option, &value, sizeof value);
}

// They inherit it.
void prepare_connections(int listener, int family) {
  set(listener, SOL_SOCKET, SO_SNDBUF, send_buffer);
  if (family == AF_UNIX)
    return;
  set(listener, IPPROTO_TCP, TCP_NODELAY, 1);
  set(listener, IPPROTO_TCP, TCP_NOTSENT_LOWAT, most_unsent);
}

void remove_stale_file(const std::string& address, SocketAddress& target) {
  const char* path = reinterpret_cast<const sockaddr_un&>(target.storage).sun_path;
  struct stat status {};
  if (::lstat(path, &status) != 0)
    return;
  if (!S_ISSOCK(status.st_mode))
    fail(address, "a file that is no socket is there");
  const int probe = open_socket(address, AF_UNIX);
  const int error = ::connect(probe, target.data(), target.size) == 0 ? 0 : errno;
  ::close(probe);
  if (error != ECONNREFUSED)
    fail(address, error == 0 ? EADDRINUSE : error);
  ::unlink(path);
}

std::string host_of(SocketAddress& address, char (&port)[NI_MAXSERV]) {
  char host[NI_MAXHOST];
  return ::getnameinfo(address.data(), address.size, host, sizeof host, port, sizeof port,
                       NI_NUMERICHOST | NI_NUMERICSERV) == 0
             ? host
             : "";
}

std::string unix_name(const SocketAddress& address) {
  const char* name = reinterpret_cast<const sockaddr_un&>(address.storage).sun_path;
  return name[0] == 0 ? "@" + std::string(name + 1) : name;
}

std::string bound_address(int descriptor) {
  SocketAddress bound;
  bound.size = sizeof bound.storage;
  ::getsockname(descriptor, bound.data(), &bound.size);
  if (bound.storage.ss_family == AF_UNIX)
    return std::string(unix_scheme) + unix_name(bound);
  char port[NI_MAXSERV]{};
  const std::string host = host_of(bound, port);
  return bound.storage.ss_family == AF_INET6 ? fmt::format("[{}]:{}", host, port)
                                             : fmt::format("{}:{}", host, port);
}

// An IPv4 client of a socket for both.
void unmap(SocketAddress& address) {
  if (address.storage.ss_family != AF_INET6)
    return;
  const sockaddr_in6 six = reinterpret_cast<const sockaddr_in6&>(address.storage);
  if (!IN6_IS_ADDR_V4MAPPED(&six.sin6_addr))
    return;
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = six.sin6_port;
  std::memcpy(&four.sin_addr, six.sin6_addr.s6_addr + 12, 4);
  std::memcpy(&address.storage, &four, sizeof four);
  address.size = sizeof four;
}

// Of a unix: address.
const char* path_of(const std::string& address) { return address.c_str() + unix_scheme.size(); }

bool is_loopback(const SocketAddress& address) {
  const auto& four = reinterpret_cast<const sockaddr_in&>(address.storage);
  if (address.storage.ss_family == AF_INET)
    return ntohl(four.sin_addr.s_addr) >> 24 == 127;
  return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr);
}

}  // namespace

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : control(other.control),
      descriptor_(other.release()),
      family_(other.family_),
      address_(std::move(other.address_)),
      own_file_(std::exchange(other.own_file_, std::nullopt)) {}

ListeningSocket ListeningSocket::duplicate() const {
  const int copy = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0)
    throw FatalError(exit_failure, fmt::format("can't listen on {}: {}", address_,
                                               std::generic_category().message(errno)));
  ListeningSocket same(copy, family_, address_, std::nullopt);
  same.control = control;
  return same;
}

ListeningSocket::~ListeningSocket() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
  if (own_file_ && file_at(path_of(address_)) == own_file_)
    ::unlink(path_of(address_));
}

namespace {

ListeningSocket listen_with_mode(const std::string& address, std::optional<mode_t> mode) {
  const bool local = address.starts_with(unix_scheme);
  SocketAddress target = local ? parse_unix(address) : parse_ip(address);
  if (local)
    remove_stale_file(address, target);

  const int family = target.storage.ss_family;
  const int descriptor = open_socket(address, family);
  prepare_connections(descriptor, family);
  if (!local)
    set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  if (family == AF_INET6)
    set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  // The file that bind() makes has the socket's mode.
  if ((mode && ::fchmod(descriptor, *mode) != 0) ||
      ::bind(descriptor, target.data(), target.size) != 0 || ::listen(descriptor, SOMAXCONN) != 0) {
    const int error = errno;
    ::close(descriptor);
    fail(address, error);
  }
  if (local)
    return {descriptor, family, address, file_at(path_of(address))};
  return {descriptor, family, bound_address(descriptor), std::nullopt};
}

}  // namespace

ListeningSocket listen_on(const std::string& address) {
  return listen_with_mode(address, std::nullopt);
}

ListeningSocket listen_for_owner(const std::filesystem::path& path) {
  return listen_with_mode(std::string(unix_scheme) + path.native(), S_IRUSR | S_IWUSR);
}

std::vector<ListeningSocket> listen_on_all(const std::vector<std::string>& addresses) {
  std::vector<ListeningSocket> sockets;
  sockets.reserve(addresses.size());
  for (const std::string& address : addresses)
    sockets.push_back(listen_on(address));
  return sockets;
}

std::vector<ListeningSocket> adopt(const std::vector<int>& descriptors) {
  std::vector<ListeningSocket> sockets;
  for (const int descriptor : descriptors) {
    int family = 0;
    socklen_t size = sizeof family;
    ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size);
    prepare_connections(descriptor, family);
    sockets.emplace_back(descriptor, family, bound_address(descriptor), std::nullopt);
  }
  return sockets;
}

bool is_loopback_address(std::string_view address) {
  return address.starts_with("127.") || address.starts_with("[::1]:") ||
         address.starts_with("[::ffff:127.");
}

Peer peer_of(int descriptor) {
  SocketAddress address;
  address.size = sizeof address.storage;
  if (::getpeername(descriptor, address.data(), &address.size) != 0)
    return {};
  Peer peer = peer_at(address.storage);
  ucred process{};
  socklen_t size = sizeof process;
  if (address.storage.ss_family == AF_UNIX &&
      ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &process, &size) == 0)
    peer.user_id = process.uid;
  return peer;
}

Peer peer_at(const sockaddr_storage& address) {
  if (address.ss_family == AF_UNIX)
    return {.local = true};
  SocketAddress peer{address, sizeof address};
  unmap(peer);
  char port[NI_MAXSERV];
  Peer result{.address = host_of(peer, port), .local = is_loopback(peer)};
  if (result.local)
    return result;
  result.network = result.address;
  if (peer.storage.ss_family == AF_INET6) {
    const auto* bytes = reinterpret_cast<const sockaddr_in6&>(peer.storage).sin6_addr.s6_addr;
    result.network.assign(bytes, bytes + 8);
  }
  return result;
}

}  // namespace tenantscope
