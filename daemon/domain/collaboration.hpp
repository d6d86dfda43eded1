// Can HOST invite GUEST? Judged by the published rules in domain/rules/collaboration_rules. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/capability.hpp"
#include "domain/finding.hpp"

namespace tenantscope {

enum class PairCapability { supported, not_supported, conditional, unknown };
inline constexpr std::array pair_capabilities{PairCapability::supported,
                                              PairCapability::not_supported,
                                              PairCapability::conditional, PairCapability::unknown};
std::string_view to_string(PairCapability capability);

// Where a guest without a tenant comes from.
enum class IdentityProvider { microsoft, google, email_otp, saml };
inline constexpr std::array identity_providers{IdentityProvider::microsoft,
                                               IdentityProvider::google,
                                               IdentityProvider::email_otp, IdentityProvider::saml};
std::string_view to_string(IdentityProvider provider);
std::optional<IdentityProvider> parse_identity_provider(std::string_view text);

// The operator's word on both sides' Microsoft cloud settings, which can't be seen from outside.
enum class CrossCloud { unset, enabled, disabled };
std::string_view to_string(CrossCloud setting);
std::optional<CrossCloud> parse_cross_cloud(std::string_view text);

// Who gave it.
enum class WordGiver { flag, collaboration };
std::string_view to_string(WordGiver giver);

struct PairVerdict {
  PairCapability capability = PairCapability::unknown;
  RuleSet rules = default_rules;
  std::string rule;
  std::string explanation;
  std::vector<std::string> limits;   // what `supported` and `conditional` don't include
  std::vector<std::string> advice;   // what to do instead
  std::vector<std::string> sources;  // pages and their dates
};

// Where a guest comes from: a tenant, whose finding is nullptr before its first valid answer, or an
// identity provider.
struct PairGuest {
  const Finding* tenant = nullptr;
  std::optional<IdentityProvider> identity;
};

PairVerdict judge_pair(const Finding* host, const PairGuest& guest, RuleSet rules,
                       CrossCloud cross_cloud, WordGiver giver = WordGiver::collaboration);
// The capability alone, without building texts.
PairCapability pair_capability(const Finding* host, const PairGuest& guest, RuleSet rules,
                               CrossCloud cross_cloud);

}  // namespace tenantscope
