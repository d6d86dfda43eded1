// How many wrong logins an address may try: ten at once, then one each five seconds. IPv6 addresses
// count by their network (/64). For the web's logins; on the web server's thread. Time is an
// argument.
#pragma once

#include <string>
#include <unordered_map>

#include "base/time.hpp"
#include "base/token_bucket.hpp"

namespace tenantscope {

class LoginFailures {
 public:
  static constexpr int burst = 10;
  static constexpr std::chrono::seconds interval{5};
  static constexpr std::size_t most_addresses = 4096;  // further ones share one allowance

  // Before a password is checked: takes one of the address's tries, if there is one.
  bool try_once(const std::string& address, SteadyTime now) {
    return bucket(address, now).take(now);
  }
  // It was the right one: that was no failure.
  void forgive(const std::string& address, SteadyTime now) { bucket(address, now).give_back(); }

  std::chrono::nanoseconds until_next_try(const std::string& address, SteadyTime now) {
    return bucket(address, now).until_next(now);
  }
  std::size_t remembered() const { return buckets_.size(); }

 private:
  TokenBucket& bucket(const std::string& address, SteadyTime now);

  std::unordered_map<std::string, TokenBucket> buckets_;
  TokenBucket others_{interval, burst};
};

}  // namespace tenantscope
