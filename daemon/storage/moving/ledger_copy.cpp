#include "storage/moving/ledger_copy.hpp"

#include <string_view>

#include "base/digest.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t rows_at_once = 200;

// Each value with its length, so that no two rows read the same.
class RowSum {
 public:
  RowSum& add(std::string_view text) {
    add(std::int64_t(text.size()));
    sum_.add(text);
    return *this;
  }
  RowSum& add(std::int64_t number) {
    sum_.add({reinterpret_cast<const char*>(&number), sizeof number});
    return *this;
  }
  RowSum& add(std::uint64_t number) { return add(std::int64_t(number)); }
  RowSum& add(WallTime time) { return add(std::int64_t(time.time_since_epoch().count())); }
  template <class Maybe>
  RowSum& add_any(const Maybe& value) {
    add(std::int64_t(value ? 1 : 0));
    return value ? add(*value) : *this;
  }
  RowSum& add(const Guid& guid) { return add(std::string_view(to_string(guid))); }
  RowSum& add(const JournalHead& head) {
    return add(head.sequence).add(std::string_view(head.hash));
  }
  RowSum& add(const Rewind& rewind) {
    return add(rewind.journal).add(rewind.previous_journal).add(rewind.last);
  }
  RowSum& add(const TenantKey& tenant) {
    return add(std::string_view(tenant.asked.text())).add(std::string_view(tenant.name));
  }
  RowSum& add(const Finding& finding) {
    for (const Word* word : {&finding.cloud, &finding.region_scope, &finding.sub_scope})
      add(std::string_view(word->text()));
    return add(finding.tenant_id);
  }
  RowSum& add(const OwedEvent& owed) { return add(std::string_view(owed.sink)).add(owed.sequence); }
  std::string hex() { return sum_.hex(); }

 private:
  Sha256 sum_;
};

void sum_up(const PlacedEvent& placed, RowSum& sum) {
  const JournalEntry& entry = placed.entry;
  sum.add(entry.sequence).add(std::string_view(entry.id)).add(to_string(entry.kind));
  sum.add(entry.tenant).add(entry.time).add(std::string_view(entry.event));
}

void sum_up(const StoredTenant& tenant, RowSum& sum) {
  const TenantState& state = tenant.state;
  sum.add(tenant.key).add(state.generation).add(std::int64_t(state.found));
  sum.add_any(state.known).add_any(state.stranger);
  for (const auto& time : state.last_change)
    sum.add_any(time);
  sum.add(state.b2b_before ? to_string(*state.b2b_before) : std::string_view());
  sum.add_any(state.last_success);
}

void sum_up(const OwedEvent& owed, RowSum& sum) { sum.add(owed); }
void sum_up(const ShownAlert& alert, RowSum& sum) { sum.add(alert.event).add(alert.until); }

std::uint64_t place_of(const PlacedEvent& placed) { return placed.entry.sequence; }
const TenantKey& place_of(const StoredTenant& tenant) { return tenant.key; }
const OwedEvent& place_of(const OwedEvent& owed) { return owed; }
const OwedEvent& place_of(const ShownAlert& alert) { return alert.event; }

// How many there were; `ask` gives those behind a place.
template <class Place, class Ask>
std::uint64_t copy_all(Place place, Ask ask, LedgerWriter* to, const CopyStep& after_step,
                       RowSum& sum) {
  std::uint64_t count = 0;
  for (;;) {
    const auto rows = ask(place);
    if (rows.empty())
      return count;
    for (const auto& row : rows)
      sum_up(row, sum);
    if (to)
      to->add(std::span(rows));
    count += rows.size();
    place = place_of(rows.back());
    after_step();
  }
}

}  // namespace

LedgerSum copy_rows(LedgerReader& from, LedgerWriter* to, const CopyStep& after_step) {
  LedgerSum sum;
  RowSum rows;
  Sha256 journal;
  const auto events = [&](std::uint64_t after) {
    auto read = from.events(after, rows_at_once);
    for (const PlacedEvent& placed : read) {
      journal.add(placed.entry.event);
      journal.add("\n");
    }
    return read;
  };
  sum.events = copy_all(std::uint64_t(0), events, to, after_step, rows);
  const auto tenants = [&](const TenantKey& after) { return from.tenants(after, rows_at_once); };
  sum.tenants = copy_all(TenantKey(), tenants, to, after_step, rows);
  const auto alerts = [&](const OwedEvent& after) { return from.alerts(after, rows_at_once); };
  sum.alerts = copy_all(OwedEvent(), alerts, to, after_step, rows);
  const auto owed = [&](const OwedEvent& after) { return from.owed(after, rows_at_once); };
  sum.owed = copy_all(OwedEvent(), owed, to, after_step, rows);
  LedgerFacts facts = from.facts();
  facts.tenants = sum.tenants;
  sum.last = facts.head.sequence;
  rows.add(facts.id).add(facts.head).add(facts.taken).add_any(facts.rewound);
  rows.add_any(facts.believed).add_any(facts.latest_believed);
  if (to)
    to->finish(facts);
  sum.journal = journal.hex();
  sum.rows = rows.hex();
  return sum;
}

}  // namespace tenantscope
