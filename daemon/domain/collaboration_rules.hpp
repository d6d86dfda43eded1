// The published rules about pairs as data: the first row that fits decides. Adding a rule set is
// adding rows. For domain/collaboration alone. Pure.
#pragma once

#include <string_view>

#include "domain/collaboration.hpp"

namespace tenantscope {

// What the rules look at in a tenant.
enum class SideKind {
  usgov_supported,
  usgov_not_supported,
  usgov_undocumented,
  global,
  china,
  sovereign,
  unjudged
};

struct PairSide {
  SideKind kind;
  std::string_view cloud;  // of a sovereign one

  bool usgov() const {
    return kind == SideKind::usgov_supported || kind == SideKind::usgov_not_supported ||
           kind == SideKind::usgov_undocumented;
  }
  bool is(SideKind other) const { return kind == other; }
};

// nullptr: nothing valid was ever heard of it.
PairSide side_of(const Finding* finding);

struct Judgement {
  PairCapability capability;
  std::string_view explanation;
  std::string_view source;
  std::string_view also = "";  // another source
};

struct PairRule {
  std::string_view id;
  bool (*fits)(PairSide host, PairSide guest);
  Judgement seed_2022;
  Judgement docs_2025;
};

struct IdentityRule {
  std::string_view id;
  SideKind host;
  IdentityProvider guest;
  Judgement seed_2022;
  Judgement docs_2025;
  std::string_view limit;
};

const PairRule& pair_rule_for(PairSide host, PairSide guest);
const IdentityRule& identity_rule_for(SideKind host, IdentityProvider guest);

}  // namespace tenantscope
