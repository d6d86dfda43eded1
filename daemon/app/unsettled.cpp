#include "app/unsettled.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>
#include <utility>
#include <vector>

namespace tenantscope {
namespace {

using Generations = std::vector<std::pair<TenantKey, std::uint64_t>>;

constexpr std::size_t looked_for_together = 100;  // a slow storage has to answer in time
constexpr std::size_t newest_events = 100;  // of a tenant: a step has one for each of its pairs

Generations take_some(std::map<TenantKey, std::uint64_t>& tenants) {
  Generations taken;
  while (!tenants.empty() && taken.size() < looked_for_together) {
    auto first = tenants.extract(tenants.begin());
    taken.emplace_back(std::move(first.key()), first.mapped());
  }
  return taken;
}

Result<std::vector<TenantInLedger>> find_all(Ledger& ledger, const Generations& tenants) {
  std::vector<TenantInLedger> all;
  all.reserve(tenants.size());
  for (const auto& [tenant, known] : tenants) {
    Result<TenantInLedger> found = find_tenant(ledger, tenant, known);
    if (!found)
      return found.error();
    all.push_back(std::move(*found));
  }
  return all;
}

}  // namespace

Result<TenantInLedger> find_tenant(Ledger& ledger, const TenantKey& tenant, std::uint64_t known) {
  Result<TenantState> state = ledger.state(tenant);
  if (!state)
    return state.error();
  TenantInLedger found{.stored = {.key = tenant, .state = std::move(*state)}, .newest = {}};
  if (found.stored.state.generation == known)
    return found;
  auto newest = ledger.newest(tenant, std::numeric_limits<std::uint64_t>::max(), newest_events);
  if (!newest)
    return newest.error();
  found.newest = std::move(*newest);
  return found;
}

Unsettled::Unsettled(boost::asio::any_io_executor loop, LedgerThread& ledger, Duration look_again,
                     Found found, Settled settled)
    : loop_(std::move(loop)),
      ledger_(ledger),
      look_again_(look_again),
      found_(std::move(found)),
      settled_(std::move(settled)) {}

bool Unsettled::add(const TenantKey& tenant, std::uint64_t generation, bool in_a_pair) {
  const bool news = tenants_.try_emplace(tenant, generation).second;
  has_pairs_ = has_pairs_ || in_a_pair;
  if (!std::exchange(looking_, true))
    co_spawn(loop_, look(), boost::asio::detached);
  return news;
}

boost::asio::awaitable<void> Unsettled::look() {
  boost::asio::steady_timer timer(loop_);
  while (!tenants_.empty()) {
    const Generations looked_for = take_some(tenants_);
    auto look = [looked_for](Ledger& ledger) { return find_all(ledger, looked_for); };
    Result<std::vector<TenantInLedger>> all = co_await ledger_.run(std::move(look));
    if (stopping_)
      co_return;
    if (all) {
      for (TenantInLedger& found : *all)
        found_(std::move(found));
      continue;
    }
    tenants_.insert(looked_for.begin(), looked_for.end());
    timer.expires_after(look_again_);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  has_pairs_ = false;
  looking_ = false;
  settled_();
}

}  // namespace tenantscope
