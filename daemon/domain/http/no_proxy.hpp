// Which hosts are asked without a proxy, as `no_proxy` and NO_PROXY list them. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenantscope {

// `list` is separated by commas: "*", an address, a range of them (10.0.0.0/8), a name, which
// stands for its sub-domains, too, or .NAME, which stands for these alone; all but a range may end
// in a port. `host` as URLs have it: in lower case, an IPv6 address in brackets; `port` is the one
// that is connected to. What isn't one of these is passed over.
bool bypasses_proxy(std::string_view list, std::string_view host, std::uint16_t port);

// Whether an item of such a list is one of these.
bool is_no_proxy_item(std::string_view item);

}  // namespace tenantscope
