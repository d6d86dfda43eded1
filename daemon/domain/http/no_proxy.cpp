#include "domain/http/no_proxy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "base/text/ascii.hpp"

namespace tenantscope {
namespace {

struct Address {
  std::array<unsigned char, 16> bytes{};
  int bits = 0;  // 32 or 128
};

std::string_view without_brackets(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

std::optional<Address> parse_address(std::string_view text) {
  const std::string written(without_brackets(text));
  Address address;
  if (inet_pton(AF_INET, written.c_str(), address.bytes.data()) == 1)
    address.bits = 32;
  else if (inet_pton(AF_INET6, written.c_str(), address.bytes.data()) == 1)
    address.bits = 128;
  return address.bits ? std::optional(address) : std::nullopt;
}

std::optional<int> parse_whole(std::string_view text, int least, int most) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end || number < least || number > most)
    return std::nullopt;
  return number;
}

bool begin_alike(const Address& a, const Address& b, int bits) {
  for (int bit = 0; bit < bits; ++bit) {
    const auto of = [bit](const Address& address) {
      return address.bytes.at(std::size_t(bit) / 8) >> (7 - bit % 8) & 1;
    };
    if (of(a) != of(b))
      return false;
  }
  return true;
}

// A range of addresses, such as 10.0.0.0/8.
struct Range {
  Address address;
  int bits = 0;
};

std::optional<Range> parse_range(std::string_view item) {
  const auto slash = item.find('/');
  if (slash == item.npos)
    return std::nullopt;
  const auto address = parse_address(item.substr(0, slash));
  const auto bits = address ? parse_whole(item.substr(slash + 1), 0, address->bits) : std::nullopt;
  return bits ? std::optional(Range{*address, *bits}) : std::nullopt;
}

// A host or an address, and the port that it is limited to.
struct Named {
  std::string_view host;
  std::optional<int> port;
};

std::optional<Named> parse_named(std::string_view item) {
  if (parse_address(item))  // of IPv6 without brackets
    return Named{without_brackets(item), std::nullopt};
  const auto colon = item.rfind(':');
  if (colon == item.npos)
    return Named{item, std::nullopt};
  const auto port = parse_whole(item.substr(colon + 1), 1, 65535);
  const std::string_view host = item.substr(0, colon);
  if (!port || (host.find(':') != host.npos && !parse_address(host)))
    return std::nullopt;
  return Named{without_brackets(host), port};
}

bool names(std::string_view item, std::string_view host) {
  if (item == "*")
    return true;
  const auto listed = parse_address(item), asked = parse_address(host);
  if (listed || asked)
    return listed && asked && listed->bits == asked->bits &&
           begin_alike(*listed, *asked, listed->bits);
  const bool sub_domains_alone = item.starts_with("*.") || item.starts_with('.');
  const std::string domain = lower(item.substr(item.starts_with("*.") ? 2 : sub_domains_alone));
  if (domain.empty())
    return false;
  return host.ends_with("." + domain) || (!sub_domains_alone && host == domain);
}

bool is_listed(std::string_view item, std::string_view host, std::uint16_t port) {
  if (const auto range = parse_range(item)) {
    const auto address = parse_address(host);
    return address && address->bits == range->address.bits &&
           begin_alike(*address, range->address, range->bits);
  }
  const auto named = parse_named(item);
  return named && (!named->port || *named->port == port) && names(named->host, host);
}

}  // namespace

bool bypasses_proxy(std::string_view list, std::string_view host, std::uint16_t port) {
  if (host.ends_with('.'))
    host.remove_suffix(1);
  for (;;) {
    const auto comma = list.find(',');
    if (const auto item = trimmed(list.substr(0, comma));
        !item.empty() && is_listed(item, host, port))
      return true;
    if (comma == list.npos)
      return false;
    list.remove_prefix(comma + 1);
  }
}

bool is_no_proxy_item(std::string_view item) {
  if (item.find('/') != item.npos)
    return bool(parse_range(item));
  const auto named = parse_named(item);
  if (!named || named->host.empty())
    return false;
  std::string_view host = named->host;
  if (host == "*" || parse_address(host))
    return true;
  if (host.starts_with("*."))
    host.remove_prefix(2);
  else if (host.starts_with('.'))
    host.remove_prefix(1);
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

}  // namespace tenantscope
