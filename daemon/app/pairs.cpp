#include "app/pairs.hpp"

namespace tenantscope {
namespace {

std::optional<Finding> confirmed_of(const Table& table, const TenantKey& tenant) {
  const Watch* watch = table.find(tenant);
  return watch ? watch->state.confirmed() : std::nullopt;
}

const Finding* pointer(const std::optional<Finding>& finding) {
  return finding ? &*finding : nullptr;
}

// The tenant's finding where it is the one that is spoken of, else what the table says.
std::optional<Finding> finding_of(const Table& table, const TenantKey& key,
                                  const TenantKey& changing, const Finding& finding) {
  return key == changing ? finding : confirmed_of(table, key);
}

// What `use` makes of the pair's findings, as `find` finds them.
template <class Find, class Use>
auto with_findings(const DeclaredPair& pair, Find find, Use use) {
  const std::optional<Finding> host = find(pair.host.key);
  if (const auto* identity = std::get_if<IdentityProvider>(&pair.guest))
    return use(pointer(host), PairGuest{.identity = *identity});
  const std::optional<Finding> guest = find(std::get<CollaborationMember>(pair.guest).key);
  return use(pointer(host), PairGuest{.tenant = pointer(guest)});
}

TenantFacts facts_of_member(const Table& table, const CollaborationMember& member) {
  const Watch* const watch = table.find(member.key);
  TenantFacts facts;
  if (watch)
    facts = facts_of(*watch);
  facts.key = member.key;
  facts.shown = member.shown;
  return facts;
}

}  // namespace

std::string DeclaredPair::guest_shown() const {
  if (const auto* identity = std::get_if<IdentityProvider>(&guest))
    return "identity:" + std::string(to_string(*identity));
  return std::get<CollaborationMember>(guest).shown;
}

bool DeclaredPair::has(const TenantKey& tenant) const {
  const auto* member = std::get_if<CollaborationMember>(&guest);
  return host.key == tenant || (member && member->key == tenant);
}

std::optional<DeclaredPair> PairWalk::next() {
  while (collaboration_ < collaborations_.size()) {
    const CollaborationSettings& collaboration = collaborations_[collaboration_];
    if (host_ == collaboration.hosts.size()) {
      ++collaboration_;
      host_ = 0;
    } else if (guest_ == collaboration.guests.size()) {
      ++host_;
      guest_ = 0;
    } else {
      const DeclaredPair pair{collaboration, collaboration.hosts[host_],
                              collaboration.guests[guest_++]};
      const auto* member = std::get_if<CollaborationMember>(&pair.guest);
      if (!member || member->key != pair.host.key)
        return pair;
    }
  }
  return std::nullopt;
}

void for_each_pair(const Table& table, const std::function<void(const DeclaredPair&)>& use) {
  PairWalk walk(table.collaborations);
  while (const auto pair = walk.next())
    use(*pair);
}

bool in_a_pair(const Table& table, const TenantKey& tenant) {
  bool found = false;
  for_each_pair(table, [&](const DeclaredPair& pair) { found = found || pair.has(tenant); });
  return found;
}

Explanation explain(const Table& table, const DeclaredPair& pair) {
  PairFacts facts{
      .host = facts_of_member(table, pair.host), .guest = {}, .word = word_of(pair.collaboration)};
  if (const auto* identity = std::get_if<IdentityProvider>(&pair.guest))
    facts.guest = *identity;
  else
    facts.guest = facts_of_member(table, std::get<CollaborationMember>(pair.guest));
  return explain(std::move(facts), table.rules, table.clouds);
}

PairCapability capability_of(const Table& table, const DeclaredPair& pair) {
  return with_findings(
      pair, [&](const TenantKey& key) { return confirmed_of(table, key); },
      [&](const Finding* host, const PairGuest& guest) {
        return pair_capability(host, guest, table.rules, pair.collaboration.cross_cloud);
      });
}

std::vector<ChangeEvent> pair_events(const Table& table, const TenantKey& tenant,
                                     const Transition& transition, const EventPolicy& policy) {
  std::vector<ChangeEvent> events;
  if (transition.baseline())
    return events;
  for_each_pair(table, [&](const DeclaredPair& pair) {
    if (!pair.has(tenant))
      return;
    const auto as_of = [&](const Finding& finding) {
      return [&](const TenantKey& key) { return finding_of(table, key, tenant, finding); };
    };
    const CrossCloud word = pair.collaboration.cross_cloud;
    const PairCapability before = with_findings(
        pair, as_of(*transition.previous), [&](const Finding* host, const PairGuest& guest) {
          return pair_capability(host, guest, policy.rules, word);
        });
    PairVerdict verdict = with_findings(pair, as_of(transition.current),
                                        [&](const Finding* host, const PairGuest& guest) {
                                          return judge_pair(host, guest, policy.rules, word);
                                        });
    if (verdict.capability == before)
      return;
    PairChange change{.collaboration = pair.collaboration.name,
                      .host = pair.host.shown,
                      .guest = pair.guest_shown(),
                      .from = before,
                      .verdict = std::move(verdict),
                      .cause = {}};
    events.push_back(make_pair_event(tenant, transition, std::move(change), policy));
  });
  return events;
}

}  // namespace tenantscope
