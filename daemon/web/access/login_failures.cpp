#include "web/access/login_failures.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace tenantscope {

std::string network_of(const std::string& address) {
  constexpr std::size_t network_bytes = 8;
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, address.c_str(), &parsed) != 1)
    return address;
  return {reinterpret_cast<const char*>(parsed.s6_addr), network_bytes};
}

bool LoginFailures::try_once(const std::string& address, std::string_view name, SteadyTime now) {
  TokenBucket& names = of_name(address, name, now);
  TokenBucket& addresses = of_address(address, now);
  if (names.until_next(now) > std::chrono::nanoseconds::zero())
    return false;
  return addresses.take(now) && names.take(now);
}

void LoginFailures::forgive(const std::string& address, std::string_view name, SteadyTime now) {
  of_name(address, name, now).give_back();
  of_address(address, now).give_back();
}

std::chrono::nanoseconds LoginFailures::until_next_try(const std::string& address,
                                                       std::string_view name, SteadyTime now) {
  return std::max(of_name(address, name, now).until_next(now),
                  of_address(address, now).until_next(now));
}

TokenBucket& LoginFailures::of_name(const std::string& address, std::string_view name,
                                    SteadyTime now) {
  static const TokenBucket full(interval, burst);
  return bucket(names_, network_of(address) + "\n" + std::string(name), full, now);
}

TokenBucket& LoginFailures::of_address(const std::string& address, SteadyTime now) {
  static const TokenBucket full(address_interval, address_burst);
  return bucket(addresses_, network_of(address), full, now);
}

// What is forgotten is the one that has been asked for least lately. To make a name's forgotten,
// thousands of others have to be tried, which takes longer than waiting.
TokenBucket& LoginFailures::bucket(Allowances& all, const std::string& key, const TokenBucket& full,
                                   SteadyTime now) {
  if (const auto known = all.find(key); known != all.end()) {
    known->second.asked = now;
    return known->second.tries;
  }
  if (all.size() >= most_remembered)
    std::erase_if(all, [now](const auto& one) { return one.second.tries.full(now); });
  if (all.size() >= most_remembered)
    all.erase(std::ranges::min_element(all, {}, [](const auto& one) { return one.second.asked; }));
  return all.emplace(key, Allowance{full, now}).first->second.tries;
}

}  // namespace tenantscope
