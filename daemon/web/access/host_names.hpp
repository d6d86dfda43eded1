// The names that the web server may be asked by on loopback. A page whose name leads there (DNS
// rebinding) is of the same origin as what it asks, but can't choose the Host that the browser
// sends. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

class HostNames {
 public:
  HostNames() = default;
  // `allowed`: in lower case, without a port.
  explicit HostNames(const std::vector<std::string>& allowed);

  // `host`: the header, with or without a port. An IP address that isn't the unspecified one,
  // localhost, one of those allowed; or none, which only programs send.
  bool know(std::string_view host) const;

 private:
  std::set<std::string, std::less<>> allowed_;
};

}  // namespace tenantscope
