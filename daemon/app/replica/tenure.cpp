#include "app/replica/tenure.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace tenantscope {

namespace asio = boost::asio;

namespace {

constexpr Duration lease_look = std::chrono::milliseconds(100);

}  // namespace

Tenure::Tenure(std::unique_ptr<Membership> membership, std::shared_ptr<Fleet> fleet)
    : membership_(std::move(membership)),
      fleet_(std::move(fleet)),
      duty_(membership_ ? std::make_shared<Duty>() : Duty::always()) {}

// What is told comes on the membership's thread.
void Tenure::begin(Parts parts) {
  parts_.emplace(std::move(parts));
  parts_->instruments.replica_active().Set(1);
  if (!membership_)
    return;
  fleet_->become(ReplicaState::active);
  ReplicaInstruments& counted = *parts_->instruments.replica();
  counted.takeovers().Increment();
  counted.config_matches().Set(1);
  membership_->listen({.answers =
                           [this](std::chrono::nanoseconds until, bool news) {
                             if (news)
                               parts_->ledger.open();
                             asio::post(parts_->loop,
                                        [this, until, news] { take_duty(until, news); });
                           },
                       .silent = [this](const Error& why) { fall_silent(why); },
                       .over =
                           [this](const Error& why) {
                             asio::post(parts_->loop, [this, why] { parts_->over(why); });
                           }});
}

void Tenure::end() {
  if (membership_)
    membership_->hush();
}

void Tenure::configured(const std::string& digest) {
  if (membership_)
    membership_->configured(digest);
}

void Tenure::drain() {
  if (!membership_)
    return;
  fleet_->become(ReplicaState::draining);
  membership_->drain();
}

void Tenure::take_duty(std::chrono::nanoseconds until, bool news) {
  Instruments& instruments = parts_->instruments;
  if (!duty_->keep(until))
    duty_->take(until);
  instruments.replica_active().Set(1);
  instruments.replica()->set_synchronous(membership_->seen().synchronous);
  if (!news || !std::exchange(silent_, false))
    return;
  instruments.storage_up().Set(1);
  parts_->log.info("the storage answers again");
  parts_->watcher.retry_uncommitted();
}

// On the membership's thread.
void Tenure::fall_silent(const Error& why) {
  parts_->ledger.shut(why);
  parts_->instruments.storage_up().Set(0);
  parts_->log.error("the storage doesn't answer: no change is stored or told until it does",
                    {{"err", why.detail}});
  asio::post(parts_->loop, [this] {
    silent_ = true;
    co_spawn(parts_->loop, note_end_of_lease(), asio::detached);
  });
}

// From then on it is suspended, as Fleet has it.
asio::awaitable<void> Tenure::note_end_of_lease() {
  asio::steady_timer timer(parts_->loop);
  while (silent_ && duty_->held()) {
    timer.expires_after(lease_look);
    co_await timer.async_wait(asio::use_awaitable);
  }
  if (!silent_)
    co_return;
  duty_->lose();
  parts_->instruments.replica_active().Set(0);
  parts_->log.warn("suspended: the lease is over, and another replica may be active");
}

}  // namespace tenantscope
