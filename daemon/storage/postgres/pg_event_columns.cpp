#include "storage/postgres/pg_event_columns.hpp"

#include "storage/postgres/pg_deliveries.hpp"
#include "storage/postgres/pg_journal.hpp"

namespace tenantscope {

void PgEventColumns::add(const PlacedEvent& placed) {
  const JournalEntry& entry = placed.entry;
  sequence_.push_back(entry.sequence);
  id_.push_back(parse_guid(entry.id).value());
  kind_.emplace_back(to_string(entry.kind));
  asked_.push_back(entry.tenant.asked);
  name_.push_back(entry.tenant.name);
  time_.push_back(entry.time);
  event_.push_back(entry.event);
  hash_.push_back({placed.hash});
  checksum_.push_back(PgJournalRow::checksum_of(placed));
}

void PgEventColumns::add_to(PgStatement& statement) const {
  statement.add(sequence_).add(id_).add(kind_).add(asked_).add(name_).add(time_);
  statement.add(event_).add(hash_).add(checksum_);
}

void PgOwedColumns::add(const std::string& sink, std::uint64_t sequence) {
  sink_.push_back(sink);
  sequence_.push_back(sequence);
  checksum_.push_back(pg_owed_checksum(sink, sequence));
}

void PgOwedColumns::add_to(PgStatement& statement) const {
  statement.add(sink_).add(sequence_).add(checksum_);
}

}  // namespace tenantscope
