// What people call the place where a tenant's directory lives: Commercial, GCC, GCC High, DoD … It
// follows from cloud, scope and sub scope, never changes a verdict, and proves no licence,
// compliance or residency. Pure.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "domain/finding.hpp"

namespace tenantscope {

enum class Environment {
  commercial,
  gcc,
  gcc_high,
  dod,
  azure_government,
  china,
  germany,
  bleu,
  delos,
  govsg,
  usnat,
  ussec,
  unknown
};
inline constexpr std::array environments{Environment::commercial,
                                         Environment::gcc,
                                         Environment::gcc_high,
                                         Environment::dod,
                                         Environment::azure_government,
                                         Environment::china,
                                         Environment::germany,
                                         Environment::bleu,
                                         Environment::delos,
                                         Environment::govsg,
                                         Environment::usnat,
                                         Environment::ussec,
                                         Environment::unknown};

// nullptr: nothing valid was ever heard of it.
Environment environment_of(const Finding* finding);

// "gcc_high": a key, as in JSON and labels.
std::string_view to_string(Environment environment);
// "GCC High": as people write it.
std::string_view title(Environment environment);
// One sentence: what the environment is. What it doesn't prove is in `environment_limit`.
std::string_view sentence(Environment environment);

// That sentence of a cloud that answers nobody on the internet: closed, or air-gapped; empty of
// others.
std::string_view why_silent(std::string_view cloud);

inline constexpr std::string_view environment_limit =
    "The environment says where the directory lives; it proves no licence, compliance or "
    "residency.";

}  // namespace tenantscope
