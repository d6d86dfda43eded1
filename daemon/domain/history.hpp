// A tenant's confirmed state, and the only place of policy: what an observation does to it. Pure.
// A first finding is a baseline at once; a different one counts after `confirmations` equal probes;
// failures move nothing. Where a tenant is pinned, who answers to its name is confirmed likewise.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rare.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/capability.hpp"
#include "domain/finding.hpp"

namespace tenantscope {

enum class Field { region_scope, sub_scope, b2b_capability, identity, presence };
inline constexpr std::array change_fields{Field::region_scope, Field::sub_scope,
                                          Field::b2b_capability, Field::identity, Field::presence};
std::string_view to_string(Field field);

// How a finding was seen: kept with the event, so that it can be looked up in Microsoft's logs.
struct Evidence {
  std::string url;
  int status = 0;
  std::string sha256;      // of the body, lower-case hex
  std::string request_id;  // x-ms-request-id, or empty
  std::size_t body_bytes = 0;
};

// One probe: a finding, or the reason why there is none.
struct Observation {
  Result<Finding> finding = Error{};
  Evidence evidence;
  WallTime time;
  // Another tenant than the pinned one answered; `finding` is an error (identity).
  std::optional<Finding> stranger = {};
};

struct Pending {
  Finding finding;
  int sightings = 0;
  WallTime first_seen;
  std::optional<WallTime> before;  // when what is confirmed was seen last
};

// When a change of each field was confirmed last: most tenants' have never changed.
class ChangeTimes {
 public:
  using Times = std::array<std::optional<WallTime>, change_fields.size()>;

  ChangeTimes() = default;
  ChangeTimes(const Times& times) : times_(times) {}

  const std::optional<WallTime>& operator[](std::size_t field) const { return all()[field]; }
  void set(Field field, WallTime time);
  Times::const_iterator begin() const { return all().begin(); }
  Times::const_iterator end() const { return all().end(); }

  friend bool operator==(const ChangeTimes& a, const ChangeTimes& b) { return a.all() == b.all(); }

 private:
  const Times& all() const;

  Rare<Times> times_;
};

struct TenantState {
  std::uint64_t generation = 0;  // 0: never seen; each event adds one
  bool found = false;            // the confirmed presence
  // The last confirmed document: kept when the tenant vanishes, so that its return is compared with
  // it.
  std::optional<Finding> known;
  ChangeTimes last_change;
  // The capability that the last change of b2b_capability went from. Nothing: it isn't known.
  std::optional<B2b> b2b_before;
  std::optional<WallTime> last_success;
  Rare<Pending> pending;  // never stored: a restart starts again
  // The tenant that is confirmed to answer instead of the pinned one: its cloud and ID alone.
  Rare<Finding> stranger;
  Rare<Pending> pin_pending;  // who answers other than that, and awaits confirmation; never stored

  bool awaits_confirmation() const { return pending || pin_pending; }
  void forget_pending() {
    pending.reset();
    pin_pending.reset();
  }
  // Whether anything is confirmed: not before the first answer, and not in a lost state.
  bool seen() const { return generation > 0 && (!found || known); }
  // Whether it is what a damaged row left, not what a stranger answered from the beginning.
  bool lost() const { return generation > 0 && !seen() && !stranger; }
  // What is shown: the known document while found, "not found" after that, nothing before the first
  // answer.
  std::optional<Finding> confirmed() const;
  // When that was seen last: while a change is pending, before its first sighting.
  std::optional<WallTime> confirmed_seen() const;
};

// What is left of a stored state that was damaged: nothing is confirmed, so that the next finding
// is a baseline once more. REQUIRES: the tenant has had no generation above this one, which isn't
// 0.
TenantState lost_state(std::uint64_t generation);

struct Change {
  Field field;
  std::string from;
  std::string to;
};

// A pinned name is answered by another tenant than before: by a stranger, or by its own again.
struct PinChange {
  Finding answers;
  bool met = false;
  bool lost = false;     // not met, and it was the pinned tenant that was confirmed last
  std::string expected;  // CLOUD/GUID; the cloud is "unknown" until one is confirmed
};

// What advance() finds worth an event. A baseline has no changes and no previous finding.
struct Transition {
  std::uint64_t generation = 1;
  std::vector<Change> changes;
  std::optional<Finding> previous;
  Finding current;
  WallTime first_seen;
  WallTime confirmed;
  int confirmations = 1;
  Evidence evidence;
  bool damaged = false;  // nothing was confirmed before, as the stored state was damaged
  std::optional<PinChange> pin = {};
  bool only_pin = false;  // the finding stays: `current` is what was confirmed, if anything was

  bool baseline() const { return !previous && !only_pin; }
};

struct Policy {
  int confirmations = 2;
  RuleSet rules = default_rules;
  std::optional<Guid> pin = {};
};

struct Advance {
  TenantState state;  // to be taken at once where there is no transition, else once it is committed
  std::optional<Transition> transition;
};

Advance advance(const TenantState& state, const Observation& observation, const Policy& policy);

// The transition couldn't be committed: nothing confirmed moves, the change stays pending and the
// next equal probe tries again.
void hold(TenantState& state, const Transition& transition);

// What the ledger has of the tenant is `stored`, which doesn't come from `state` as it is now: what
// is pending was judged by another state, and is dropped. When it was heard of stays known.
void adopt(TenantState& state, TenantState stored);

}  // namespace tenantscope
