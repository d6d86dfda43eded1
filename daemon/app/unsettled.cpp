#include "app/unsettled.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <span>
#include <utility>
#include <vector>

namespace tenantscope {
namespace {

constexpr std::size_t looked_for_together = 100;  // a slow storage has to answer in time

std::vector<TenantKey> take_some(std::set<TenantKey>& tenants) {
  std::vector<TenantKey> taken;
  while (!tenants.empty() && taken.size() < looked_for_together)
    taken.push_back(std::move(tenants.extract(tenants.begin()).value()));
  return taken;
}

Result<std::vector<StoredTenant>> states_of(Ledger& ledger, std::span<const TenantKey> tenants) {
  std::vector<StoredTenant> states;
  states.reserve(tenants.size());
  for (const TenantKey& tenant : tenants) {
    Result<TenantState> state = ledger.state(tenant);
    if (!state)
      return state.error();
    states.push_back({.key = tenant, .state = std::move(*state)});
  }
  return states;
}

}  // namespace

Unsettled::Unsettled(boost::asio::any_io_executor loop, LedgerThread& ledger, Duration look_again,
                     Found found, Settled settled)
    : loop_(std::move(loop)),
      ledger_(ledger),
      look_again_(look_again),
      found_(std::move(found)),
      settled_(std::move(settled)) {}

bool Unsettled::add(const TenantKey& tenant, bool in_a_pair) {
  const bool news = tenants_.insert(tenant).second;
  has_pairs_ = has_pairs_ || in_a_pair;
  if (!std::exchange(looking_, true))
    co_spawn(loop_, look(), boost::asio::detached);
  return news;
}

boost::asio::awaitable<void> Unsettled::look() {
  boost::asio::steady_timer timer(loop_);
  while (!tenants_.empty()) {
    const std::vector<TenantKey> looked_for = take_some(tenants_);
    auto look = [looked_for](Ledger& ledger) { return states_of(ledger, looked_for); };
    Result<std::vector<StoredTenant>> stored = co_await ledger_.run(std::move(look));
    if (stopping_)
      co_return;
    if (stored) {
      for (StoredTenant& one : *stored)
        found_(std::move(one));
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
