#include "web/access/login_failures.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace tenantscope {
namespace {

std::string network_of(const std::string& address) {
  constexpr std::size_t network_bytes = 8;
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, address.c_str(), &parsed) != 1)
    return address;
  return {reinterpret_cast<const char*>(parsed.s6_addr), network_bytes};
}

}  // namespace

TokenBucket& LoginFailures::bucket(const std::string& address, SteadyTime now) {
  const std::string network = network_of(address);
  if (const auto known = buckets_.find(network); known != buckets_.end())
    return known->second;
  if (buckets_.size() >= most_addresses)
    std::erase_if(buckets_, [now](const auto& one) { return one.second.full(now); });
  if (buckets_.size() >= most_addresses)
    return others_;
  return buckets_.emplace(network, TokenBucket(interval, burst)).first->second;
}

}  // namespace tenantscope
