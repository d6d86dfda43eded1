// The published rules about pairs as data: of two tenants in pair_rules.cpp, where the first row
// that fits decides, of a tenant and an identity in identity_rules.cpp. For domain/collaboration
// alone. Pure.
#pragma once

#include <optional>
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
  Texts sources;      // pages and their dates
  Texts limits = {};  // what `supported` and `conditional` don't include, beside what the host's
                      // cloud adds
};

struct Judgements {
  Judgement seed_2022;
  Judgement docs_2025;
  std::optional<Judgement> docs_2026 = std::nullopt;  // nothing: as docs_2025

  constexpr const Judgement& of(RuleSet rules) const {
    if (rules == RuleSet::seed_2022)
      return seed_2022;
    return rules == RuleSet::docs_2026 && docs_2026 ? *docs_2026 : docs_2025;
  }
};

struct PairRule {
  std::string_view id;
  bool (*fits)(PairSide host, PairSide guest);
  Judgements judgements;
};

struct IdentityRule {
  std::string_view id;
  SideKind host;
  IdentityProvider guest;
  Judgements judgements;
};

const PairRule& pair_rule_for(PairSide host, PairSide guest);
const IdentityRule& identity_rule_for(SideKind host, IdentityProvider guest);

}  // namespace tenantscope
