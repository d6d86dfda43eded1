// A name server, on UDP port 53 of 127.0.0.1: for a network name space of the test's own.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace tenantscope {

class NameServer {
 public:
  // The addresses of each name, IPv4 and IPv6, in the order in which it tells them.
  using Names = std::map<std::string, std::vector<std::string>>;

  explicit NameServer(Names names) : names_(std::move(names)) {
    const sockaddr_in here{.sin_family = AF_INET,
                           .sin_port = htons(53),
                           .sin_addr = {htonl(INADDR_LOOPBACK)},
                           .sin_zero = {}};
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0)
      throw std::runtime_error("no name server on port 53");
    thread_ = std::thread([this] { answer_all(); });
  }

  ~NameServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

 private:
  static constexpr std::size_t header_size = 12;
  static constexpr char ipv4 = 1, ipv6 = 28;  // types of records

  void answer_all() {
    std::array<char, 512> bytes;
    for (;;) {
      sockaddr_in asker{};
      socklen_t size = sizeof asker;
      const auto got = ::recvfrom(socket_, bytes.data(), bytes.size(), 0,
                                  reinterpret_cast<sockaddr*>(&asker), &size);
      if (got <= 0)
        return;
      const std::string text = answer({bytes.data(), std::size_t(got)});
      ::sendto(socket_, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&asker), size);
    }
  }

  std::string answer(std::string_view query) const {
    std::string name;
    std::size_t at = header_size;
    for (std::size_t length;
         at < query.size() && (length = static_cast<unsigned char>(query[at])) > 0;
         at += 1 + length)
      name += (name.empty() ? "" : ".") + std::string(query.substr(at + 1, length));
    const char type = query.substr(at).size() > 2 ? query[at + 2] : char(0);
    const std::string_view question = query.substr(header_size, at + 5 - header_size);

    const auto known = names_.find(name);
    std::string records;
    char count = 0;
    if (known != names_.end())
      for (const std::string& address : known->second)
        if (const std::string data = data_of(address, type); !data.empty()) {
          records += std::string("\xc0\x0c\0", 3) + type + std::string("\0\1\0\0\0\74\0", 7) +
                     char(data.size()) + data;
          ++count;
        }
    const char no_such_name = known == names_.end() ? 3 : 0;
    return std::string(query.substr(0, 2)) + "\x81" + char(0x80 | no_such_name) +
           std::string("\0\1\0", 3) + count + std::string(4, '\0') + std::string(question) +
           records;
  }

  // Nothing where the address is of the other type.
  static std::string data_of(const std::string& address, char type) {
    std::array<char, 16> data;
    if (type == ipv4 && ::inet_pton(AF_INET, address.c_str(), data.data()) == 1)
      return {data.data(), 4};
    if (type == ipv6 && ::inet_pton(AF_INET6, address.c_str(), data.data()) == 1)
      return {data.data(), 16};
    return {};
  }

  Names names_;
  int socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  std::thread thread_;
};

}  // namespace tenantscope
