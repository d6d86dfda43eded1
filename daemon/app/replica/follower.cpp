#include "app/replica/follower.hpp"

#include <set>
#include <utility>

#include "base/clock.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t journal_block = 1000;   // events
constexpr std::size_t most_read_apart = 200;  // reading all is quicker than one after the other

// Whose state an event speaks of.
bool moves_a_tenant(const JournalEntry& entry) {
  return entry.kind != EventKind::drill && entry.kind != EventKind::ledger_rewound;
}

}  // namespace

Follower::Follower(std::shared_ptr<const Settings> settings, Duration lease)
    : settings_(std::move(settings)), lease_(lease) {
  table_.rules = settings_->rules;
  table_.clouds = names_of(settings_->clouds);
  for (const TenantSettings& tenant : settings_->tenants)
    table_.add({.watched = false,
                .settings = std::shared_ptr<const TenantSettings>(settings_, &tenant),
                .state = {},
                .status = {.asked_elsewhere = true}});
}

Result<void> Follower::follow(Ledger& ledger) {
  const Clock began = boot_now();
  if (const auto here = ledger.in_place(); !here)
    return here.error();
  const Guid id = ledger.id();
  const Result<std::uint64_t> last = ledger.last();
  if (!last)
    return last.error();
  // This thread alone writes both.
  const bool anew = journal_ != id || *last < table_.last_event;
  const Result<void> read = anew                        ? read_all(ledger, *last)
                            : *last > table_.last_event ? read_news(ledger, *last)
                                                        : Result<void>();
  if (!read)
    return read.error();
  const std::lock_guard lock(table_.mutex);
  journal_ = id;
  until_ = began + lease_;
  show(true);
  return {};
}

// The states are no older than the journal that is shown with them.
Result<void> Follower::read_all(Ledger& ledger, std::uint64_t last) {
  Result<std::vector<StoredTenant>> stored = ledger.load();
  if (!stored)
    return stored.error();
  const std::lock_guard lock(table_.mutex);
  for (Watch& watch : table_.watches)
    watch.state = {};
  for (StoredTenant& tenant : *stored)
    if (const auto number = table_.number_of(tenant.key))
      take(*number, std::move(tenant.state));
  table_.last_event = last;
  return {};
}

Result<void> Follower::read_news(Ledger& ledger, std::uint64_t last) {
  std::set<std::uint32_t> moved;
  for (std::uint64_t after = table_.last_event; after < last;) {
    const Result<std::vector<JournalEntry>> entries = ledger.read(after, journal_block);
    if (!entries)
      return entries.error();
    for (const JournalEntry& entry : *entries)
      if (const auto number = table_.number_of(entry.tenant); number && moves_a_tenant(entry))
        moved.insert(*number);
    if (moved.size() > most_read_apart)
      return read_all(ledger, last);
    if (entries->size() < journal_block)
      break;
    after = entries->back().sequence;
  }
  std::vector<std::pair<std::uint32_t, TenantState>> states;
  for (const std::uint32_t number : moved) {
    Result<TenantState> state = ledger.state(table_.watches[number].settings->key);
    if (!state)
      return state.error();
    states.emplace_back(number, std::move(*state));
  }
  const std::lock_guard lock(table_.mutex);
  for (auto& [number, state] : states)
    take(number, std::move(state));
  table_.last_event = last;
  return {};
}

// When it was heard of last is stored now and then only: here it would seem older than it is.
void Follower::take(std::uint32_t tenant, TenantState state) {
  state.last_success.reset();
  table_.watches[tenant].state = std::move(state);
}

bool Follower::has_followed() const {
  const std::lock_guard lock(table_.mutex);
  return journal_.has_value();
}

std::uint64_t Follower::last() const {
  const std::lock_guard lock(table_.mutex);
  return table_.last_event;
}

std::optional<Guid> Follower::journal() {
  const std::lock_guard lock(table_.mutex);
  if (boot_now() >= until_)
    show(false);
  return shown_ ? journal_ : std::nullopt;
}

// REQUIRES: the table's mutex is held.
void Follower::show(bool shown) {
  if (std::exchange(shown_, shown) == shown)
    return;
  for (Watch& watch : table_.watches)
    watch.watched = shown;
  table_.collaborations = shown ? settings_->collaborations : std::vector<CollaborationSettings>();
}

}  // namespace tenantscope
