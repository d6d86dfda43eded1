#include "app/redeliver.hpp"

#include <vector>

#include <fmt/format.h>

#include "formats/json.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t page_size = 500;

Labels labels_of(const Table& table, const TenantKey& tenant) {
  const Watch* watch = table.find(tenant);
  return watch ? watch->settings->labels : Labels();
}

boost::asio::awaitable<Result<std::uint64_t>> enqueue(LedgerThread& ledger, std::string sink,
                                                      std::vector<std::uint64_t> sequences) {
  auto job = [sink = std::move(sink), sequences = std::move(sequences)](Ledger& to) {
    return to.enqueue(sink, sequences);
  };
  return ledger.run(std::move(job));
}

boost::asio::awaitable<Result<std::uint64_t>> redeliver_one(LedgerThread& ledger, std::string sink,
                                                            std::string id) {
  auto find = [id](Ledger& in) { return in.find(id); };
  const Result<std::optional<JournalEntry>> found = co_await ledger.run(std::move(find));
  if (!found)
    co_return found.error();
  if (!*found)
    co_return Error{ErrorKind::other, fmt::format("the journal has no event `{}`", id)};
  std::vector<std::uint64_t> sequences{(*found)->sequence};
  co_return co_await enqueue(ledger, std::move(sink), std::move(sequences));
}

}  // namespace

boost::asio::awaitable<Result<std::uint64_t>> redeliver(LedgerThread& ledger, const Table& table,
                                                        SinkSettings sink, Redelivery asked) {
  if (!asked.id.empty())
    co_return co_await redeliver_one(ledger, sink.name, asked.id);
  std::uint64_t added = 0;
  for (std::uint64_t after = 0;;) {
    auto read = [after](Ledger& from) { return from.read(after, page_size); };
    const Result<std::vector<JournalEntry>> page = co_await ledger.run(std::move(read));
    if (!page)
      co_return page.error();
    if (page->empty())
      co_return added;
    after = page->back().sequence;
    std::vector<std::uint64_t> wanted;
    for (const JournalEntry& entry : *page)
      if (entry.time >= asked.since &&
          sink.match.wants(read_traits(entry.kind, entry.event), labels_of(table, entry.tenant)))
        wanted.push_back(entry.sequence);
    if (wanted.empty())
      continue;
    const Result<std::uint64_t> enqueued = co_await enqueue(ledger, sink.name, std::move(wanted));
    if (!enqueued)
      co_return enqueued.error();
    added += *enqueued;
  }
}

}  // namespace tenantscope
