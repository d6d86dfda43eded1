#include "app/loop_operations.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <mutex>

#include <fmt/format.h>

#include "app/redeliver.hpp"
#include "base/callback.hpp"
#include "domain/match.hpp"
#include "formats/json.hpp"
#include "sinks/kinds.hpp"

namespace tenantscope {

Operations LoopOperations::operations() {
  using Count = Result<std::uint64_t>;
  return {
      .reload =
          [this] {
            return await_callback<std::string>([this](Callback<std::string> done) {
              boost::asio::post(parts_.loop, [this, done] { parts_.reloads.ask(done); });
            });
          },
      .drill =
          [this](TenantKey tenant, std::string to) {
            return await_on<Count>(parts_.loop,
                                   [this, tenant, to] { return parts_.watcher.drill(tenant, to); });
          },
      .render =
          [this](DrillRendering asked) {
            using Rendered = Result<Letter>;
            return await_callback<Rendered>([this, asked](Callback<Rendered> done) {
              boost::asio::post(parts_.loop, [this, asked, done] { done(render(asked)); });
            });
          },
      .redeliver =
          [this](Redelivery asked) {
            return await_on<Count>(parts_.loop, [this, asked] { return redeliver(asked); });
          },
      .probe =
          [this](ProbeOrder order) {
            return await_on<Result<ProbeResult>>(
                parts_.loop, [this, order] { return parts_.watcher.probe_now(order); });
          },
      .settings =
          [this] {
            using InForce = std::shared_ptr<const Settings>;
            return await_callback<InForce>([this](Callback<InForce> done) {
              boost::asio::post(parts_.loop, [this, done] { done(parts_.settings()); });
            });
          },
  };
}

// As if it were the journal's next event.
Result<Letter> LoopOperations::render(const DrillRendering& asked) const {
  const std::shared_ptr<const Settings> settings = parts_.settings();
  const auto& sinks = settings->events.sinks;
  const auto sink = std::ranges::find(sinks, asked.sink, &SinkSettings::name);
  if (sink == sinks.end())
    return Error{ErrorKind::other, fmt::format("no sink is named `{}`", asked.sink)};
  const Result<ChangeEvent> event = parts_.watcher.drill_event(asked.tenant, asked.to);
  if (!event)
    return event.error();
  if (!sink->match.wants(traits_of(*event), event->labels))
    return Error{ErrorKind::other,
                 fmt::format("the sink `{}` wouldn't get it, by its `match`: it is {}", asked.sink,
                             to_string(event->severity))};
  const std::uint64_t sequence = [this] {
    const std::lock_guard lock(parts_.table.mutex);
    return parts_.table.last_event + 1;
  }();
  const Guid id = event_id(parts_.ledger_id, *event, sequence);
  const JournalEntry entry{.sequence = sequence,
                           .id = to_string(id),
                           .kind = event->kind,
                           .tenant = event->tenant,
                           .time = event->transition.confirmed,
                           .event = cloud_event(*event, id, sequence, settings->events.source)};
  return letter_of(sink->target, entry, parts_.external_url);
}

boost::asio::awaitable<Result<std::uint64_t>> LoopOperations::redeliver(Redelivery asked) {
  const std::shared_ptr<const Settings> settings = parts_.settings();
  const auto& sinks = settings->events.sinks;
  const auto sink = std::ranges::find(sinks, asked.sink, &SinkSettings::name);
  if (sink == sinks.end())
    co_return Error{ErrorKind::other, fmt::format("no sink is named `{}`", asked.sink)};
  SinkSettings wanted = *sink;
  const Result<std::uint64_t> enqueued =
      co_await tenantscope::redeliver(parts_.ledger, parts_.table, std::move(wanted), asked);
  if (enqueued)
    parts_.log.info("redelivery", {{"sink", asked.sink}, {"events", *enqueued}});
  parts_.dispatch.wake();
  co_return enqueued;
}

}  // namespace tenantscope
