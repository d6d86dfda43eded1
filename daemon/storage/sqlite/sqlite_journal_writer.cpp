#include "storage/sqlite/sqlite_journal_writer.hpp"

#include <charconv>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace tenantscope::sqlite {
namespace {

constexpr std::string_view head_key = "head";
constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();

std::string written_head(const JournalHead& head) {
  return head.hash.empty() ? std::to_string(head.sequence)
                           : fmt::format("{} {}", head.sequence, head.hash);
}

std::string sound() {
  return fmt::format("hash IS sha256(event) AND checksum IS row_checksum({})",
                     JournalTable::guarded);
}

}  // namespace

std::optional<JournalHead> read_head(const std::optional<std::string>& text) {
  if (!text)
    return std::nullopt;
  JournalHead head;
  const char* const end = text->data() + text->size();
  const auto [space, error] = std::from_chars(text->data(), end, head.sequence);
  if (error != std::errc() || (space != end && *space != ' '))
    return std::nullopt;
  if (space != end)
    head.hash.assign(space + 1, end);
  return head;
}

JournalWriter::JournalWriter(Connection& connection, Meta& meta, JournalQueries& queries)
    : connection_(connection),
      meta_(meta),
      queries_(queries),
      newest_(connection,
              "SELECT sequence, lower(hex(iif(typeof(hash) = 'blob' AND length(hash) = 32, hash, "
              "sha256(event)))) FROM journal ORDER BY sequence DESC LIMIT 1"),
      append_(connection,
              "INSERT INTO journal(sequence, id, kind, asked, name, time, event, hash, checksum) "
              "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
              "row_checksum(?1, ?2, ?3, ?4, ?5, ?6, ?8))"),
      one_(connection, "SELECT 1 FROM journal WHERE sequence = ?1"),
      first_young_(connection,
                   "SELECT journal.sequence FROM journal WHERE +time >= ?1 AND +time <= ?2 AND " +
                       sound() + " ORDER BY sequence LIMIT 1"),
      last_old_(connection,
                "SELECT journal.sequence FROM journal WHERE sequence < ?1 AND +time < ?2 AND " +
                    sound() + " ORDER BY sequence DESC LIMIT 1"),
      count_(connection, "SELECT count(*) FROM journal WHERE sequence > ?1"),
      last_surplus_(connection,
                    "SELECT sequence FROM journal WHERE sequence > ?1 ORDER BY sequence "
                    "LIMIT 1 OFFSET ?2 - 1"),
      taken_(connection,
             fmt::format("SELECT lower(hex(hash)) FROM journal WHERE sequence = ?1 AND checksum IS "
                         "row_checksum({})",
                         JournalTable::guarded)),
      expire_(connection, "DELETE FROM journal WHERE sequence <= ?1"),
      kept_(read_head(meta_.value(head_key))) {}

std::optional<JournalHead> JournalWriter::newest() {
  Rows row = newest_();
  if (!row.next())
    return std::nullopt;
  return JournalHead{.sequence = std::uint64_t(row.integer(0)), .hash = row.text(1)};
}

JournalHead JournalWriter::head() {
  JournalHead head{.sequence = queries_.last(), .hash = {}};
  appended_ = 0;
  const auto there = newest();
  if (there && (!kept_ || there->sequence >= kept_->sequence))
    head.hash = there->hash;
  else if (kept_)
    head.hash = kept_->hash;
  return head;
}

void JournalWriter::append(const ChangeEvent& event, const Guid& ledger, const std::string& source,
                           JournalHead& head) {
  add(place_event(event, ledger, source, head));
}

void JournalWriter::add(const PlacedEvent& placed) {
  const JournalEntry& entry = placed.entry;
  append_.run(entry.sequence, entry.id, to_string(entry.kind), entry.tenant.asked,
              entry.tenant.name, entry.time, entry.event, Blob{placed.hash});
  appended_ = entry.sequence;
}

void JournalWriter::prove_appended(const JournalHead& head) {
  if (head.sequence != appended_)
    return;  // nothing was
  const auto there = newest();
  Rows row = one_(head.sequence);
  if (row.next() && there && there->sequence >= head.sequence)
    return;
  prove_readable(connection_, "journal");
  row.fail(fmt::format("event {} can't be found where it was written", head.sequence));
}

bool JournalWriter::has(std::uint64_t sequence) { return one_(sequence).next(); }

// Nothing: none. What isn't sound decides nothing: it goes with those around it.
std::optional<std::int64_t> JournalWriter::last_to_go(WallTime before, WallTime believed,
                                                      std::uint64_t most) {
  const auto found = [](Rows&& row) {
    return row.next() ? std::optional(row.integer(0)) : std::nullopt;
  };
  const std::int64_t young = found(first_young_(before, believed)).value_or(int64_max);
  auto last = found(last_old_(young, before));
  const std::int64_t gone = last.value_or(int64_min);
  if (const auto left = std::uint64_t(*found(count_(gone))); left > most)
    last = found(last_surplus_(gone, left - most));
  return last;
}

// Without the hash where the row is damaged.
void JournalWriter::note_taken(std::int64_t sequence) {
  Rows row = taken_(sequence);
  keep_taken({.sequence = std::uint64_t(sequence), .hash = row.next() ? row.text(0) : ""});
}

void JournalWriter::keep_taken(const JournalHead& taken) {
  meta_.set(Meta::taken_key, written_head(taken));
}

void JournalWriter::keep_head(const JournalHead& head) {
  meta_.set(head_key, written_head(head));
  kept_ = head;
}

std::uint64_t JournalWriter::expire(WallTime before, WallTime believed, std::uint64_t most) {
  const JournalHead end = head();
  const auto last = last_to_go(before, believed, most);
  if (!last) {
    if (!meta_.value(Meta::taken_key) && queries_.oldest() == 1)
      meta_.set(Meta::taken_key, "0");
    return 0;
  }
  note_taken(*last);
  expire_.run(*last);
  const auto gone = std::uint64_t(connection_.changes());
  const auto there = newest();
  if (!there || there->sequence < end.sequence)
    keep_head(end);
  return gone;
}

}  // namespace tenantscope::sqlite
