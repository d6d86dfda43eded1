#include "web/refusals.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"

namespace tenantscope {

Refusals::Refusals(const boost::asio::any_io_executor& executor, const Log& log,
                   std::chrono::milliseconds quiet, Count count)
    : timer_(executor), log_(log), quiet_(quiet), count_(std::move(count)) {}

void Refusals::add(RefusalReason reason, const std::string& peer) {
  if (count_)
    count_(reason);
  Spell& spell = spells_[std::size_t(reason)];
  if (spell.refused++ == 0)
    log_.warn("web clients are refused", {{"reason", to_string(reason)}, {"peer", peer}});
  spell.ends = steady_now() + quiet_;
  if (!std::exchange(awaiting_, true))
    await_end();
}

// Of the spell that ends first, as far as is known now.
void Refusals::await_end() {
  SteadyTime next = SteadyTime::max();
  for (const Spell& spell : spells_)
    if (spell.refused > 0)
      next = std::min(next, spell.ends);
  awaiting_ = next != SteadyTime::max();
  if (!awaiting_)
    return;
  timer_.expires_at(next);
  timer_.async_wait([this](boost::system::error_code stopped) {
    if (stopped)
      return;
    const SteadyTime now = steady_now();
    for (const RefusalReason reason : refusal_reasons) {
      Spell& spell = spells_[std::size_t(reason)];
      if (spell.refused == 0 || spell.ends > now)
        continue;
      log_.info("web clients are no longer refused",
                {{"reason", to_string(reason)}, {"refused", spell.refused}});
      spell = {};
    }
    await_end();
  });
}

}  // namespace tenantscope
