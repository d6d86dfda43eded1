#include "storage/sqlite/sqlite_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/digest.hpp"
#include "base/exit_code.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_journal.hpp"
#include "storage/sqlite/sqlite_journal_writer.hpp"
#include "storage/sqlite/sqlite_meta.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope {
namespace {

using sqlite::Rows;
using Column = sqlite::JournalTable::Column;
constexpr int hash_column = Column::sound, checksum_column = hash_column + 1;

std::string text_at(const boost::json::value& event, std::string_view pointer) {
  boost::system::error_code missing;
  const boost::json::value* const value = event.find_pointer(pointer, missing);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::string type_of_kind(const std::string& kind) {
  const auto found = std::ranges::find(event_kinds, kind,
                                       [](EventKind candidate) { return to_string(candidate); });
  return std::string(found == event_kinds.end() ? "" : type_of(*found));
}

// Where a column says otherwise than the event: people can set both, and the row's checksum.
std::optional<ChainBreak> contradiction(const Rows& row, std::uint64_t sequence,
                                        const boost::json::value& event) {
  const auto broken = [&](const char* column, std::string expected, std::string found) {
    return ChainBreak{.sequence = sequence,
                      .what = fmt::format("event {} is in a row of another {}", sequence, column),
                      .expected = std::move(expected),
                      .found = std::move(found),
                      .cause = "the row was edited, swapped with another one or renumbered"};
  };
  const std::string number = fmt::format("{:020}", sequence);
  if (const std::string said = text_at(event, "/sequence"); said != number)
    return broken("sequence", said, number);
  struct Guarded {
    const char* name;
    std::string said;
    std::string stored;
  };
  const Guarded columns[]{{"id", text_at(event, "/id"), row.text(Column::id)},
                          {"kind", text_at(event, "/type"), type_of_kind(row.text(Column::kind))},
                          {"time", text_at(event, "/time"), rfc3339(row.time(Column::time))},
                          {"cloud", text_at(event, "/data/asked"), row.text(Column::asked)},
                          {"tenant", text_at(event, "/data/tenant"), row.text(Column::name)}};
  for (const Guarded& column : columns)
    if (column.said != column.stored)
      return broken(column.name, column.said, column.stored);
  if (row.integer(checksum_column) == 0)
    return ChainBreak{
        .sequence = sequence,
        .what = fmt::format("event {} is in a row that isn't as it was stored", sequence),
        .expected = "the row's checksum",
        .found = "another one",
        .cause = "a column of the row was edited, or damaged at rest"};
  return std::nullopt;
}

void take(const Rows& row, JournalChain& chain) {
  const std::int64_t number = row.integer(Column::sequence);
  if (number < 1 || number >= sqlite::sequences_end)
    return chain.add({.sequence = 0,
                      .what = fmt::format("a row of the journal has the number {}", number),
                      .expected = "1 and above",
                      .found = std::to_string(number),
                      .cause = "the row was renumbered or added by hand, or damaged at rest"});
  const auto sequence = std::uint64_t(number);
  const std::string text = row.text(Column::event);
  const auto event = parse_event(text);
  ChainLink link = event ? chain_link(*event, text) : ChainLink{.head = {0, sha256_hex(text)}};
  link.head.sequence = sequence;
  const std::string stored = row.text(hash_column);
  if (stored != link.head.hash)
    return chain.take(link,
                      ChainBreak{.sequence = sequence,
                                 .what = fmt::format("event {} isn't as it was stored", sequence),
                                 .expected = "SHA-256 " + stored,
                                 .found = "SHA-256 " + link.head.hash,
                                 .cause = "it was edited, or damaged at rest"});
  if (!event)
    return chain.take(link, ChainBreak{.sequence = sequence,
                                       .what = fmt::format("event {} is none", sequence),
                                       .expected = "an event",
                                       .found = event.error().detail,
                                       .cause = "it was edited"});
  chain.take(link, contradiction(row, sequence, *event));
}

// A ledger that went back has given numbers up, up to where its next event says so: until then it
// keeps "PREVIOUS_ID LAST".
std::uint64_t last_given(const sqlite::Connection& connection, sqlite::Meta& meta) {
  const DamageObserver unobserved;
  std::uint64_t last = sqlite::JournalQueries(connection, unobserved).last();
  if (const auto rewound = meta.value("rewound"))
    std::from_chars(rewound->data() + std::min(rewound->rfind(' ') + 1, rewound->size()),
                    rewound->data() + rewound->size(), last);
  return last;
}

// What the storage says beside its rows of the journal: of what retention took, of a rewind. One
// that isn't as it was stored isn't taken for one that was never there.
void check_said(const sqlite::Connection& connection, JournalChain& chain) {
  sqlite::Statement damaged(
      connection,
      "SELECT key FROM meta WHERE checksum IS NOT row_checksum(key, value) AND key NOT IN "
      "('tenants', 'open', 'believed_time', 'latest_believed_time') ORDER BY key");
  for (Rows rows = damaged(); rows.next();)
    chain.add({.sequence = 0,
               .what = fmt::format("what the storage says of the journal (`{}`) isn't as it was "
                                   "stored",
                                   rows.view(0)),
               .expected = "the row's checksum",
               .found = "another one",
               .cause = "it was edited, or damaged at rest"});
}

std::optional<JournalHead> taken_in(sqlite::Meta& meta, JournalChain& chain) {
  const auto said = meta.value(sqlite::Meta::taken_key);
  auto taken = sqlite::read_head(said);
  if (said && !taken)
    chain.add({.sequence = 0,
               .what = "what the storage says of its retention can't be read",
               .expected = "SEQUENCE HASH",
               .found = *said,
               .cause = "it was edited"});
  return taken;
}

}  // namespace

std::optional<Guid> sqlite::read_chain(const Connection& connection, JournalChain& chain) {
  Meta meta(connection);
  check_said(connection, chain);
  if (const auto taken = taken_in(meta, chain))
    chain.begin_after({.sequence = taken->sequence, .hash = taken->hash});
  Statement journal(
      connection,
      fmt::format("SELECT sequence, id, kind, asked, name, time, event, lower(hex(hash)), checksum "
                  "IS row_checksum({}) FROM journal ORDER BY sequence",
                  JournalTable::guarded));
  for (Rows rows = journal(); rows.next();)
    take(rows, chain);
  chain.end_at(last_given(connection, meta));
  const auto id = meta.value(Meta::ledger_key);
  return id ? parse_guid(*id) : std::nullopt;
}

std::optional<Guid> read_sqlite_chain(const std::filesystem::path& storage, JournalChain& chain) {
  const auto database = sqlite::database_in(storage);
  if (!sqlite::holds_ledger(database))
    throw FatalError(exit_unusable, fmt::format("nothing is stored in {}", storage.native()));
  return sqlite::opened([&] {
    sqlite::Connection connection(database, sqlite::Connection::Mode::read_only);
    if (sqlite::version_of(connection) < sqlite::first_with_checksums)
      throw FatalError(
          exit_failure,
          fmt::format("{}: an older version wrote it, whose journal is no chain: start "
                      "the daemon once, which brings it up to this one",
                      database.native()));
    connection.execute("BEGIN");
    return sqlite::read_chain(connection, chain);
  });
}

}  // namespace tenantscope
