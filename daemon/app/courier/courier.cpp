#include "app/courier/courier.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <set>
#include <utility>

namespace tenantscope {

Courier::Courier(boost::asio::any_io_executor loop, std::string sink_name,
                 std::unique_ptr<Sink> sink, LedgerThread& ledger, Instruments& instruments,
                 const Log& log, std::shared_ptr<Timeline> timeline, std::shared_ptr<Duty> duty)
    : loop_(std::move(loop)),
      sink_(std::move(sink)),
      timeline_(std::move(timeline)),
      duty_(std::move(duty)),
      outbox_(sink_name, sink_->takes_families() && !sink_->takes_batches(), sink_->hold(), ledger,
              instruments, log, timeline_),
      standing_(sink_name, sink_->takes_batches() ? window : 1, instruments, log, timeline_),
      lanes_(sink_->takes_batches(), sink_->takes_families() && !sink_->takes_batches()),
      news_(loop_),
      has_ended_(loop_) {
  duty_->tell(news_);
  if (sink_->hold())
    keeper_.emplace(loop_, *sink_, outbox_, standing_, timeline_, duty_);
}

Courier::~Courier() { duty_->forget(news_); }

boost::asio::awaitable<void> Courier::run(std::shared_ptr<Courier> self,
                                          std::shared_ptr<Courier> before) {
  Courier& courier = *self;
  if (before && before->stage_ != Stage::ended)
    co_await before->has_ended_.wait();
  before.reset();
  if (courier.keeper_) {
    // The keeper's pointer holds the whole courier, whose sink, outbox and standing it uses.
    const std::shared_ptr<AlertKeeper> keeper(self, &*courier.keeper_);
    co_spawn(courier.loop_, AlertKeeper::run(keeper), boost::asio::detached);
  }
  while (!courier.stopped()) {
    courier.woken_ = false;
    co_await courier.go_through_outbox();
    co_await courier.show_outbox();
    co_await courier.wait_for_more();
  }
  while (!courier.lanes_.under_way().empty())
    co_await courier.news_.wait();
  courier.stage_ = Stage::ended;
  courier.has_ended_.notify_all();
}

// One round: from the outbox's oldest event until all were looked at, or until it is cut short, as
// the sink has to be left alone or the ledger refused an acknowledgement. Deliveries go on after
// it.
boost::asio::awaitable<void> Courier::go_through_outbox() {
  const bool last_came_through = begun_ == era();
  const Era begun = begun_ = era();
  standing_.begin_round(last_came_through);
  lanes_.begin_round();
  std::set<TenantKey> busy;  // since before their events were read: those may be old news
  std::uint64_t after = 0;
  while (goes_on(begun)) {
    busy.insert(lanes_.under_way().begin(), lanes_.under_way().end());
    Result<SinkOutbox::Page> page = co_await outbox_.read(after);
    if (!goes_on(begun))
      co_return;
    if (!page) {
      obey(standing_.outbox_unread());
      co_return;
    }
    if (page->events.empty())
      co_return;
    after = page->events.back().sequence;
    const Lanes::Queued queued = lanes_.queue(std::move(page->events), busy, standing_);
    woken_ = woken_ || queued.missed;
    const bool last = !queued.all || page->last;
    begin_lanes();
    while (goes_on(begun) && (lanes_.waiting() || (!last && lanes_.full())))
      co_await news_.wait();
    lanes_.drop_waiting();
    if (last || !goes_on(begun))
      co_return;
    co_await show_outbox();
  }
}

void Courier::begin_lanes() {
  while (goes_on(begun_)) {
    std::optional<Lanes::Lane> lane = lanes_.begin();
    if (!lane)
      return;
    const TenantKey whose = lane->whose;
    co_spawn(loop_, bring_lane(shared_from_this(), std::move(*lane), begun_),
             [self = shared_from_this(), whose](std::exception_ptr bug) {
               if (bug)
                 std::rethrow_exception(bug);
               self->lane_ended(whose);
             });
  }
}

void Courier::lane_ended(const TenantKey& whose) {
  outbox_.outdate_count();
  if (lanes_.end(whose))
    woken_ = true;
  begin_lanes();
  news_.notify_all();
}

// A lane of an earlier round goes on, but not over a cut or a change of the duty: what comes next
// in it may have been brought by others since.
boost::asio::awaitable<void> Courier::bring_lane(std::shared_ptr<Courier> self, Lanes::Lane lane,
                                                 Era begun) {
  for (Events& events : lane.deliveries) {
    if (!self->goes_on(begun))
      co_return;
    const bool taken = co_await self->bring_one(std::move(events));
    if (!taken)
      co_return;
  }
}

// True: the sink took them, and the outbox knows. What the metrics say of the sink may be gone once
// the courier is stopped, and doesn't come back.
boost::asio::awaitable<bool> Courier::bring_one(Events events) {
  const Delivery delivered = co_await sink_->deliver(events);
  if (!delivered) {
    if (!stopped())
      obey(standing_.refused(events, delivered.error()));
    co_return false;
  }
  if (!stopped())
    standing_.taken(events);
  const Result<void> settled = co_await outbox_.settle(events);
  if (!stopped())
    obey(standing_.settled(settled));
  co_return bool(settled);
}

void Courier::obey(SinkStanding::Verdict verdict) {
  if (verdict == SinkStanding::Verdict::begin_anew)
    cut_short();
}

boost::asio::awaitable<void> Courier::wait_for_more() {
  while (!stopped()) {
    if (outbox_.count_is_old())
      co_await show_outbox();
    const SteadyTime until = next_round_begins();
    if (until <= timeline_->now())
      co_return;
    co_await timeline_->wait(news_, until);
    if (!stopped() && (standing_.resting() || !duty_->held()))
      co_await show_outbox();
  }
}

SteadyTime Courier::next_round_begins() const {
  if (!duty_->held())
    return SteadyTime::max();
  if (standing_.resting())
    return standing_.rests_until();
  if (woken_ || begun_ != era())
    return timeline_->now();
  const SteadyTime until = standing_.first_hold_ends();
  const bool lane_looks_again = !lanes_.under_way().empty() && until > timeline_->now();
  return lane_looks_again ? SteadyTime::max() : until;
}

boost::asio::awaitable<void> Courier::show_outbox() {
  const Result<OutboxStatus> status = co_await outbox_.count();
  if (status && !stopped())
    outbox_.show(*status);
}

void Courier::wake() {
  woken_ = true;
  news_.notify_all();
}

void Courier::reopen() {
  sink_->reopen();
  standing_.reopen();
  cut_short();
  wake();
}

void Courier::stop() {
  if (stage_ == Stage::serving)
    stage_ = Stage::stopping;
  news_.notify_all();
  if (keeper_)
    keeper_->stop();
}

void Courier::close() { sink_.reset(); }

}  // namespace tenantscope
