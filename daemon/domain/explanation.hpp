// One pair, one answer: what the API, the page and the commands say to whether HOST can invite
// GUEST, with the facts that it rests on. Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "domain/collaboration.hpp"
#include "domain/history.hpp"
#include "domain/settings.hpp"
#include "domain/watch.hpp"

namespace tenantscope {

// What is known of a tenant, since when, and why nothing newer is.
struct TenantFacts {
  TenantKey key;
  std::string shown;               // the name, with @CLOUD where that was written
  std::optional<Finding> finding;  // nothing: no valid answer yet
  std::optional<WallTime> seen;    // when the finding was seen last
  std::optional<Error> failure;    // of the last probe

  const Finding* known() const { return finding ? &*finding : nullptr; }
};

TenantFacts facts_of(const Watch& watch);
TenantFacts facts_of(TenantKey key, const Observation& observation);

// The word on both sides' cloud settings that counts for a pair.
struct CloudWord {
  CrossCloud setting = CrossCloud::unset;
  std::optional<WordGiver> giver;  // nothing: nobody gave one, or several differ
  std::string doubt;               // for people: why none counts; empty: there is no doubt
};

CloudWord word_of(const CollaborationSettings& collaboration);

using PairMember = std::variant<TenantKey, IdentityProvider>;

// What the collaborations that have this pair say: none counts where they differ.
CloudWord declared_word(const std::vector<CollaborationSettings>& collaborations,
                        const TenantKey& host, const PairMember& guest);

struct PairFacts {
  TenantFacts host;
  std::variant<TenantFacts, IdentityProvider> guest;
  CloudWord word;

  const TenantFacts* guest_tenant() const { return std::get_if<TenantFacts>(&guest); }
  std::string guest_shown() const;
  // Why nothing newer is known of the host, or of the guest.
  std::optional<ErrorKind> failure() const;
};

struct Alternative {
  IdentityProvider guest;
  PairCapability capability;
};

struct Explanation {
  PairFacts pair;
  PairVerdict verdict;
  // Of a guest that wasn't found, else empty: the identities that would work instead, and where the
  // guest was asked, of all the clouds that are known.
  std::vector<Alternative> alternatives;
  std::vector<std::string> clouds_asked;
  std::vector<std::string> clouds_not_asked;
};

// `clouds`: the names of all that are known.
Explanation explain(PairFacts pair, RuleSet rules, const std::vector<std::string>& clouds);

}  // namespace tenantscope
