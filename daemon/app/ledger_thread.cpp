#include "app/ledger_thread.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/clock.hpp"

namespace tenantscope {

// The steps of a transaction. While that is under way the ledger reads them, and whoever keeps the
// time may read them as well.
struct LedgerThread::Batch {
  std::vector<Step> steps;
  std::vector<Callback<Committed>> done;  // none once its callers know that it is in doubt
  std::vector<Result<std::uint64_t>> results;
};

LedgerThread::LedgerThread(std::unique_ptr<Ledger> ledger, std::string source, Observer observer,
                           Listener listener, StoreWorker::Limits limits)
    : ledger_(std::move(ledger)),
      observer_(std::move(observer)),
      listener_(std::move(listener)),
      source_(std::move(source)),
      worker_("the storage", limits,
              {.away = listener_.away,
               .returned = [this] { prove_usable(); },
               .refused = listener_.refused}) {}

LedgerThread::~LedgerThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  worker_.stop();
}

void LedgerThread::feed(Feed feed) { feed_ = std::move(feed); }

void LedgerThread::set_source(std::string source) {
  const std::lock_guard lock(mutex_);
  source_ = std::move(source);
}

boost::asio::awaitable<LedgerThread::Committed> LedgerThread::commit(Step step,
                                                                     SteadyTime deadline) {
  auto enqueue = [this, step = std::move(step), deadline](Callback<Committed> done) mutable {
    bool awaited = false;  // else the thread would wake for each step, and wait on
    bool enough = false;
    {
      const std::lock_guard lock(mutex_);
      steps_.push_back({std::move(step), std::move(done)});
      enough = steps_.size() == enough_company && deadline_ != SteadyTime::min();
      awaited = enough || deadline < deadline_;
      deadline_ = std::min(deadline_, deadline);
    }
    if (awaited)
      worker_.submit_at(enough ? steady_now() : deadline, next_commit());
  };
  return await_callback<Committed>(std::move(enqueue));
}

void LedgerThread::post(std::function<void(Ledger&)> job,
                        std::function<void(const Error&)> dropped) {
  StoreWorker::Job posted{.call = [this, job = std::move(job)] { job(*ledger_); }};
  if (dropped)
    posted.fail = [dropped = std::move(dropped)](const Error& why, bool begun) {
      if (!begun)
        dropped(why);
    };
  worker_.submit(std::move(posted));
}

void LedgerThread::save_from(std::size_t from, std::shared_ptr<const Heard> heard, Saved done) {
  auto save_part = [this, from, heard = std::move(heard), done](Ledger& ledger) {
    const std::size_t size = std::min(heard_at_once, heard->size() - from);
    const auto saved = ledger.save_last_success(std::span(*heard).subspan(from, size));
    if (saved && from + size < heard->size())
      save_from(from + size, heard, done);
    else
      done(saved);
  };
  post(std::move(save_part), [done](const Error& why) { done(why); });
}

StoreWorker::Job LedgerThread::next_commit() {
  const auto batch = std::make_shared<Batch>();
  return {.call = [this, batch] { commit(*batch); },
          .tell = [this, batch](bool) { tell(*batch); },
          .fail = [this, batch](const Error& why,
                                bool begun) { begun ? doubt(*batch, why) : fail_queued(why); }};
}

// REQUIRES of both: the mutex is held.
bool LedgerThread::is_due() const {
  return stopping_ || steps_.size() >= enough_company || deadline_ <= steady_now();
}

// Nothing where another job has taken them.
std::vector<LedgerThread::Queued> LedgerThread::take_due() {
  if (!is_due())
    return {};
  const std::size_t most = ledger_->most_at_once();
  deadline_ = steps_.size() > most ? SteadyTime::min() : SteadyTime::max();
  if (steps_.size() <= most)
    return std::exchange(steps_, {});
  const auto end = steps_.begin() + std::ptrdiff_t(most);
  std::vector<Queued> taken(std::move_iterator(steps_.begin()), std::move_iterator(end));
  steps_.erase(steps_.begin(), end);
  return taken;
}

void LedgerThread::commit(Batch& batch) {
  std::string source;
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    for (Queued& one : take_due()) {
      batch.steps.push_back(std::move(one.step));
      batch.done.push_back(std::move(one.done));
    }
    source = source_;
    more = !batch.steps.empty() && deadline_ == SteadyTime::min();
  }
  if (more)  // before the call, so that they fail where it doesn't return
    worker_.submit(next_commit());
  if (!batch.steps.empty())
    batch.results = ledger_->commit(batch.steps, source);
}

void LedgerThread::tell(Batch& batch) {
  if (batch.steps.empty())
    return;
  observer_(std::ranges::none_of(batch.results, [](const auto& result) {
    return !result && result.error().kind == ErrorKind::io;
  }));
  tell_feed(batch);
  for (std::size_t i = 0; i < batch.done.size(); ++i)
    batch.done[i]({.step = std::move(batch.steps[i]), .sequence = batch.results[i]});
}

void LedgerThread::tell_feed(Batch& batch) const {
  if (!feed_)
    return;
  std::vector<Told> told;
  for (std::size_t i = 0; i < batch.steps.size(); ++i)
    if (const Result<std::uint64_t>& sequence = batch.results[i])
      told.push_back(
          {.step = &batch.steps[i], .sequence = *sequence, .was_in_doubt = batch.done.empty()});
  std::ranges::sort(told, {}, &Told::sequence);
  if (!told.empty())
    feed_(told);
}

void LedgerThread::fail_queued(const Error& why) {
  std::vector<Queued> failed;
  {
    const std::lock_guard lock(mutex_);
    failed = std::exchange(steps_, {});
    deadline_ = SteadyTime::max();
  }
  for (Queued& one : failed)
    one.done({.step = std::move(one.step), .sequence = why});
}

// The ledger has the steps and goes on with them: its callers get copies.
void LedgerThread::doubt(Batch& batch, const Error& why) {
  const std::lock_guard lock(mutex_);
  if (batch.done.empty())
    return;
  if (listener_.in_doubt)
    listener_.in_doubt();
  const Error in_doubt{why.kind, why.detail + ": what was under way may be stored, or not"};
  for (std::size_t i = 0; i < batch.done.size(); ++i)
    batch.done[i]({.step = batch.steps[i], .sequence = in_doubt, .in_doubt = true});
  batch.done.clear();
}

void LedgerThread::prove_usable() {
  const auto usable = std::make_shared<bool>(false);
  worker_.submit({.call = [this, usable] { *usable = ledger_->in_place() && ledger_->last(); },
                  .tell =
                      [this, usable](bool) {
                        if (listener_.returned)
                          listener_.returned(*usable);
                      }});
}

}  // namespace tenantscope
