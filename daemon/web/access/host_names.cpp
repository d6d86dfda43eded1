#include "web/access/host_names.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text/ascii.hpp"

namespace tenantscope {
namespace {

// Not the unspecified one, by which the system connects to this machine, too, and which browsers
// don't know as it: their requests don't say which page they come from.
bool is_address(std::string_view text) {
  in_addr address{};
  return ::inet_pton(AF_INET, std::string(text).c_str(), &address) == 1 && address.s_addr != 0;
}

bool is_address_6(std::string_view text) {
  in6_addr address{};
  if (::inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1)
    return false;
  in_addr last{};
  std::memcpy(&last, &address.s6_addr[12], sizeof last);
  const bool mapped = IN6_IS_ADDR_V4MAPPED(&address) || IN6_IS_ADDR_UNSPECIFIED(&address);
  return !mapped || last.s_addr != 0;
}

bool are_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A name that ends in a dot is the same one.
std::string without_dot(std::string name) {
  if (name.ends_with('.'))
    name.pop_back();
  return name;
}

}  // namespace

HostNames::HostNames(const std::vector<std::string>& allowed) {
  for (const std::string& name : allowed)
    allowed_.insert(without_dot(name));
}

bool HostNames::know(std::string_view host) const {
  if (host.empty())
    return true;
  const auto end = host.starts_with('[') ? host.find(']') : host.find(':') - 1;
  std::string name = lower(host.substr(0, end + 1));
  host.remove_prefix(name.size());
  if (!host.empty() && (host.front() != ':' || !are_digits(host.substr(1))))
    return false;
  if (name.starts_with('['))
    return is_address_6(std::string_view(name).substr(1, name.size() - 2));
  name = without_dot(std::move(name));
  return name == "localhost" || is_address(name) || allowed_.contains(name);
}

}  // namespace tenantscope
