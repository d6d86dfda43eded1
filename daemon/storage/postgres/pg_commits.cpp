#include "storage/postgres/pg_commits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "storage/postgres/pg_term.hpp"

namespace tenantscope {
namespace {

constexpr auto look_again = std::chrono::milliseconds(20);

std::set<TenantKey> tenants_of(std::span<const Step> steps, std::span<const std::size_t> places) {
  std::set<TenantKey> tenants;
  for (const std::size_t place : places.first(std::min(places.size(), PgBatch::most_steps)))
    if (steps[place].state)
      tenants.insert(steps[place].tenant);
  return tenants;
}

}  // namespace

// At first the steps are believed to follow what the ledger has, as they do where nobody else
// writes: then it isn't asked before.
std::size_t PgCommits::commit(std::span<const Step> steps, std::span<const std::size_t> places,
                              bool tells, const std::string& source,
                              std::vector<Result<std::uint64_t>>& results) {
  const SteadyTime deadline = session_.deadline();
  PgGenerations known;
  while (std::chrono::steady_clock::now() < deadline) {
    (void)session_.connection(deadline);
    standing_.require_term();
    if (standing_.head().rewound && !tells) {
      for (const std::size_t place : places)
        results[place] = held_back(steps[place]);
      return places.size();
    }
    PgBatch batch(standing_.head(), known);
    std::size_t count = 0;
    for (; count < places.size() && !batch.full(); ++count)
      results[places[count]] = batch.add(steps[places[count]], source);
    if (!batch.doubtful() && (batch.empty() || attempt(batch, deadline)))
      return count;
    known = tenants_.generations_of(tenants_of(steps, places));
  }
  throw PgFailure("not committed in time: others write to the ledger");
}

bool PgCommits::attempt(const PgBatch& batch, SteadyTime deadline) {
  try {
    std::vector<PgStatement> statements;
    statements.push_back(batch.statement(session_.schema(), standing_.term()));
    (void)session_.write(std::move(statements), deadline);
    if (!session_.warned()) {
      standing_.wrote(batch.after());
      return true;
    }
  } catch (const PgFailure& failure) {
    if (failure.state == PgFailure::condition) {
      standing_.refresh();
      return false;
    }
    if (!failure.lost())
      throw;
  }
  return settle(batch);
}

// It is unknown whether it was committed, and its server may go on with it. Asked until it answers,
// as one does that begins anew.
bool PgCommits::settle(const PgBatch& batch) {
  in_doubt_ = true;
  const SteadyTime deadline = session_.deadline();
  std::optional<PgFailure> first;
  do {
    try {
      return look_for(batch, deadline);
    } catch (const PgFailure& failure) {
      first = first.value_or(failure);
    }
    std::this_thread::sleep_for(look_again);
  } while (std::chrono::steady_clock::now() < deadline);
  throw PgFailure(first->what(), first->state);
}

bool PgCommits::look_for(const PgBatch& batch, SteadyTime deadline) {
  std::vector<PgStatement> question;
  question.emplace_back(
      fmt::format("SELECT hash = $2 FROM {}.journal WHERE sequence = $1", session_.schema()),
      batch.first(), batch.first_hash());
  const std::vector<PgRows> answer = end_what_is_under_way(std::move(question), deadline);
  return !answer[1].empty() && answer[1].row(0).truth(0);
}

void PgCommits::end_doubt() {
  if (in_doubt_)
    (void)end_what_is_under_way({}, session_.deadline());
}

// The row's lock is waited for, so each commit under way has ended; one that was sent before and
// comes later finds another `settled`. That this is answered without a warning proves that it is
// replicated as it is set up to be, and so is what was committed before.
std::vector<PgRows> PgCommits::end_what_is_under_way(std::vector<PgStatement> then,
                                                     SteadyTime deadline) {
  std::vector<PgStatement> statements = std::move(then);
  statements.insert(
      statements.begin(),
      PgStatement(fmt::format("UPDATE {}.ledger SET settled = settled + 1 WHERE term = $1",
                              session_.schema()),
                  standing_.term()));
  std::vector<PgRows> answer = session_.write(std::move(statements), deadline);
  if (session_.warned())
    throw PgFailure("what is committed isn't replicated");
  standing_.refresh();
  in_doubt_ = false;
  return answer;
}

}  // namespace tenantscope
