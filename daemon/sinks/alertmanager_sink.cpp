#include "sinks/alertmanager_sink.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/array.hpp>
#include <exception>
#include <memory>
#include <utility>

#include "base/callback.hpp"
#include "base/clock.hpp"
#include "formats/alert_json.hpp"
#include "formats/json.hpp"
#include "sinks/http_delivery.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;

using Bodies = std::vector<std::string>;

Bodies bodies_of(const std::vector<Alert>& alerts) {
  Bodies bodies;
  boost::json::array array;
  for (const Alert& alert : alerts) {
    array.push_back(alert_json(alert.event.event, alert.until));
    if (array.size() < AlertmanagerSink::alerts_per_request && &alert != &alerts.back())
      continue;
    bodies.push_back(json_line(array));
    array.clear();
  }
  return bodies;
}

std::string alerts_url(std::string url) {
  while (url.ends_with('/'))
    url.pop_back();
  return url + "/api/v2/alerts";
}

asio::awaitable<Delivery> post_all(std::shared_ptr<HttpClient> client, Duration timeout,
                                   std::string url, Bodies bodies) {
  for (std::string& body : bodies) {
    Post post{
        .url = url, .content_type = "application/json", .headers = {}, .body = std::move(body)};
    const Delivery taken = co_await deliver_post(client, timeout, std::move(post));
    if (!taken)
      co_return taken;
  }
  co_return Delivery();
}

// REQUIRES: at least one, by instance.
Delivery judge_all(const std::vector<Delivery>& deliveries) {
  if (std::ranges::any_of(deliveries, [](const Delivery& delivery) { return bool(delivery); }))
    return {};
  const auto advice = [](const Delivery& delivery) { return delivery.error().advice; };
  const Refusal& most_hopeful = std::ranges::min_element(deliveries, {}, advice)->error();
  return Refusal{.error = deliveries.front().error().error,
                 .advice = most_hopeful.advice,
                 .retry_after = most_hopeful.retry_after};
}

// What the instances made of it, on the executor that all of them are asked on.
struct Round {
  std::vector<Delivery> deliveries;
  std::size_t under_way;
};

asio::awaitable<Delivery> show_to_all(std::shared_ptr<HttpClient> client,
                                      AlertmanagerSettings settings, Bodies bodies) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const std::size_t instances = settings.urls.size();
  std::function<void(Callback<Delivery>)> start = [=](Callback<Delivery> done) {
    const auto round = std::make_shared<Round>(Round{std::vector<Delivery>(instances), instances});
    for (std::size_t instance = 0; instance < instances; ++instance) {
      const auto finish = [round, instance, done](std::exception_ptr bug, Delivery delivery) {
        if (bug)
          std::rethrow_exception(bug);
        round->deliveries[instance] = std::move(delivery);
        if (--round->under_way == 0)
          done(judge_all(round->deliveries));
      };
      asio::co_spawn(
          executor,
          post_all(client, settings.http.timeout, alerts_url(settings.urls[instance]), bodies),
          finish);
    }
  };
  co_return co_await await_callback<Delivery>(std::move(start));
}

}  // namespace

AlertmanagerSink::AlertmanagerSink(AlertmanagerSettings settings, Fetcher& fetcher)
    : settings_(std::move(settings)),
      client_(std::make_shared<HttpClient>(fetcher, settings_.http.client)) {}

asio::awaitable<Delivery> AlertmanagerSink::deliver(std::vector<JournalEntry> events) {
  const WallTime until = wall_now() + settings_.hold;
  std::vector<Alert> alerts;
  alerts.reserve(events.size());
  for (JournalEntry& event : events)
    alerts.push_back({.event = std::move(event), .until = until});
  return show(std::move(alerts));
}

// No coroutine itself: the sink may go away while a delivery is under way.
asio::awaitable<Delivery> AlertmanagerSink::show(std::vector<Alert> alerts) {
  return show_to_all(client_, settings_, bodies_of(alerts));
}

}  // namespace tenantscope
