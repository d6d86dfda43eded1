#include "web/exposure.hpp"

#include <algorithm>
#include <iterator>

#include "web/address.hpp"

namespace tenantscope {
namespace {

bool stays_here(const std::string& address) {
  return address.starts_with("unix:") || is_loopback_address(address);
}

}  // namespace

Exposure exposure_of(const std::vector<std::string>& addresses, const WebConfig& config) {
  Exposure result;
  std::ranges::remove_copy_if(addresses, std::back_inserter(result.addresses), stays_here);
  if (!config.tls)
    result.lacking = "TLS";
  if (config.basic_auth_users.empty() && !config.trusted_clients_only)
    result.lacking += result.lacking.empty() ? "a login" : " and a login";
  return result;
}

}  // namespace tenantscope
