// How many wrong logins may be tried: of a name from an address, ten at once, then one each five
// seconds; of an address, whatever the names, a hundred at once, then two a second. So a neighbour
// behind the same address doesn't lock a user out, and whether a name exists doesn't show. IPv6
// addresses count by their network (/64). For the web's logins; on the web server's thread. Time is
// an argument.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"
#include "base/token_bucket.hpp"

namespace tenantscope {

// Who counts as one: the IPv4 address as it is, or an IPv6 address's first eight bytes.
std::string network_of(const std::string& address);

class LoginFailures {
 public:
  static constexpr int burst = 10;
  static constexpr std::chrono::seconds interval{5};
  static constexpr int address_burst = 100;
  static constexpr std::chrono::milliseconds address_interval{500};
  static constexpr std::size_t most_remembered = 4096;  // of each; then the oldest one is forgotten

  // Before a password is checked: takes one of the tries, if there is one. `name`: whatever stands
  // for the user's.
  bool try_once(const std::string& address, std::string_view name, SteadyTime now);
  // It was the right one: that was no failure.
  void forgive(const std::string& address, std::string_view name, SteadyTime now);

  std::chrono::nanoseconds until_next_try(const std::string& address, std::string_view name,
                                          SteadyTime now);
  std::size_t remembered() const { return names_.size(); }

 private:
  struct Allowance {
    TokenBucket tries;
    SteadyTime asked;  // last
  };
  using Allowances = std::unordered_map<std::string, Allowance>;

  static TokenBucket& bucket(Allowances& all, const std::string& key, const TokenBucket& full,
                             SteadyTime now);
  TokenBucket& of_name(const std::string& address, std::string_view name, SteadyTime now);
  TokenBucket& of_address(const std::string& address, SteadyTime now);

  Allowances names_;  // by network and name
  Allowances addresses_;
};

}  // namespace tenantscope
