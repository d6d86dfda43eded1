#include "storage/sqlite/sqlite_rewind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "storage/sqlite/sqlite_journal.hpp"

namespace tenantscope::sqlite {
namespace {

// "PREVIOUS_ID LAST"
constexpr std::string_view rewound_key = "rewound";

}  // namespace

void raise_head(Connection& connection, std::uint64_t head) {
  Statement raise(connection, "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'journal'");
  raise.run(head);
  if (connection.changes() > 0)
    return;
  Statement begin(connection, "INSERT INTO sqlite_sequence VALUES('journal', ?1)");
  begin.run(head);
}

void keep_rewound(Meta& meta, const Rewind& rewind) {
  meta.set(rewound_key, fmt::format("{} {}", to_string(rewind.previous_journal), rewind.last));
}

Guid rewind(Connection& connection, std::uint64_t used) {
  const DamageObserver nobody;
  Meta meta(connection);
  const std::uint64_t last = JournalQueries(connection, nobody).last();
  const Guid journal = random_guid();
  Transaction transaction(connection);
  if (!rewound(meta))
    keep_rewound(meta, {.journal = journal, .previous_journal = meta.ledger(), .last = last});
  meta.set(Meta::ledger_key, to_string(journal));
  meta.remove(Meta::moved_key);
  raise_head(connection, std::max(last, used) + rewind_gap);
  transaction.commit();
  return journal;
}

std::optional<Rewind> rewound(Meta& meta) {
  const std::string text = meta.value(rewound_key).value_or("");
  const std::size_t space = text.find(' ');
  const auto previous = parse_guid(text.substr(0, space));
  if (!previous || space == std::string::npos)
    return std::nullopt;
  Rewind rewind{.journal = meta.ledger(), .previous_journal = *previous};
  std::from_chars(text.data() + space + 1, text.data() + text.size(), rewind.last);
  return rewind;
}

void note_told(Meta& meta) { meta.remove(rewound_key); }

}  // namespace tenantscope::sqlite
