#include "storage/sqlite_journal_writer.hpp"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "formats/json.hpp"
#include "storage/sqlite_pages.hpp"

namespace tenantscope::sqlite {
namespace {

constexpr std::string_view head_key = "head";

}  // namespace

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
      expire_old_(connection, "DELETE FROM journal WHERE time < ?1"),
      count_(connection, "SELECT count(*) FROM journal"),
      expire_surplus_(connection,
                      "DELETE FROM journal WHERE sequence <= "
                      "(SELECT sequence FROM journal ORDER BY sequence LIMIT 1 OFFSET ?1 - 1)") {}

std::optional<JournalHead> JournalWriter::newest() {
  Rows row = newest_();
  if (!row.next())
    return std::nullopt;
  return JournalHead{.sequence = std::uint64_t(row.integer(0)), .hash = row.text(1)};
}

// "SEQUENCE HASH", as expire() writes it.
std::optional<JournalHead> JournalWriter::kept() {
  const auto text = meta_.value(head_key);
  if (!text)
    return std::nullopt;
  JournalHead head;
  const char* const end = text->data() + text->size();
  const char* const space = std::from_chars(text->data(), end, head.sequence).ptr;
  if (space != end)
    head.hash.assign(space + 1, end);
  return head;
}

JournalHead JournalWriter::head() {
  JournalHead head{.sequence = queries_.last(), .hash = {}};
  const auto there = newest();
  if (there && (!kept_ || there->sequence >= kept_->sequence))
    head.hash = there->hash;
  else if (kept_)
    head.hash = kept_->hash;
  return head;
}

void JournalWriter::append(const ChangeEvent& event, const Guid& ledger, const std::string& source,
                           JournalHead& head) {
  const std::uint64_t sequence = head.sequence + 1;
  const Guid id = event_id(ledger, event, sequence);
  const std::string text = cloud_event(event, id, sequence, source, head.hash);
  const std::string hash = sha256(text);
  append_.run(sequence, to_string(id), to_string(event.kind), event.tenant.asked, event.tenant.name,
              event.transition.confirmed, text, Blob{hash});
  head = {.sequence = sequence, .hash = hex_of(hash)};
}

void JournalWriter::prove_appended(const JournalHead& head) {
  const auto there = newest();
  if (!there)
    return;  // a step without events, before the first one
  Rows row = one_(head.sequence);
  if (row.next() && there->sequence >= head.sequence)
    return;
  prove_readable(connection_, "journal");
  row.fail(fmt::format("event {} can't be found where it was written", head.sequence));
}

std::uint64_t JournalWriter::expire(WallTime before, std::uint64_t most) {
  const JournalHead end = head();
  expire_old_.run(before);
  auto gone = std::uint64_t(connection_.changes());
  const auto left = [this] {
    Rows row = count_();
    row.next();
    return std::uint64_t(row.integer(0));
  }();
  if (left > most) {
    expire_surplus_.run(left - most);
    gone += std::uint64_t(connection_.changes());
  }
  const auto there = newest();
  if (gone > 0 && (!there || there->sequence < end.sequence)) {
    meta_.set(head_key, fmt::format("{} {}", end.sequence, end.hash));
    kept_ = end;
  }
  return gone;
}

}  // namespace tenantscope::sqlite
