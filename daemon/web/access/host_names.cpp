#include "web/access/host_names.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text/ascii.hpp"

namespace tenantscope {
namespace {

bool is_address(int family, std::string_view text) {
  unsigned char bytes[sizeof(in6_addr)];
  return ::inet_pton(family, std::string(text).c_str(), bytes) == 1;
}

bool are_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool HostNames::know(std::string_view host) const {
  if (host.empty())
    return true;
  const auto end = host.starts_with('[') ? host.find(']') : host.find(':') - 1;
  std::string name = lower(host.substr(0, end + 1));
  host.remove_prefix(name.size());
  if (!host.empty() && (host.front() != ':' || !are_digits(host.substr(1))))
    return false;
  if (name.starts_with('['))
    return is_address(AF_INET6, std::string_view(name).substr(1, name.size() - 2));
  if (name.ends_with('.'))
    name.pop_back();
  return name == "localhost" || is_address(AF_INET, name) || allowed_.contains(name);
}

}  // namespace tenantscope
