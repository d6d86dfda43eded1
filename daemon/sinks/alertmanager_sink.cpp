#include "sinks/alertmanager_sink.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/array.hpp>
#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/callback.hpp"
#include "base/clock.hpp"
#include "formats/alert_json.hpp"
#include "formats/json.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;

using Letters = std::vector<Letter>;
using Targets = std::vector<Target>;

Targets targets_of(const AlertmanagerSettings& settings) {
  Targets targets;
  for (const std::string& url : settings.urls)
    targets.push_back({.url = url, .file = {}});
  for (const std::filesystem::path& file : settings.url_files)
    targets.push_back({.url = {}, .file = file});
  return targets;
}

std::string alerts_url(std::string url) {
  while (url.ends_with('/'))
    url.pop_back();
  return url + "/api/v2/alerts";
}

// An Alertmanager answers with nothing or with JSON; a page is somebody else's, such as a login's.
std::string unlike_alertmanager(std::string_view body) {
  const auto begin = body.find_first_not_of(" \t\r\n");
  if (begin == body.npos || std::string_view("{[\"").find(body[begin]) != std::string_view::npos)
    return {};
  return "neither nothing nor JSON, as an Alertmanager does: is there a proxy or a login before "
         "it?";
}

asio::awaitable<Delivery> post_all(std::shared_ptr<HttpClient> client, Duration timeout,
                                   Target target, Letters letters) {
  Result<Address> address = address_of(target);
  if (!address)
    co_return Refusal{.error = address.error(), .advice = Refusal::Advice::later};
  address->url = alerts_url(std::move(address->url));
  for (Letter& letter : letters) {
    Post post{.to = *address, .letter = std::move(letter), .missing = unlike_alertmanager};
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

asio::awaitable<Delivery> show_to_all(std::shared_ptr<HttpClient> client, Duration timeout,
                                      Targets targets, Letters letters) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const std::size_t instances = targets.size();
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
      asio::co_spawn(executor, post_all(client, timeout, targets[instance], letters), finish);
    }
  };
  co_return co_await await_callback<Delivery>(std::move(start));
}

}  // namespace

std::vector<Letter> alert_letters(const std::vector<Alert>& alerts,
                                  const std::string& external_url) {
  Letters letters;
  boost::json::array array;
  for (const Alert& alert : alerts) {
    array.push_back(alert_json(alert.event.event, alert.until, external_url));
    if (array.size() < AlertmanagerSink::alerts_per_request && &alert != &alerts.back())
      continue;
    letters.push_back({.content_type = "application/json", .body = json_line(array)});
    array.clear();
  }
  return letters;
}

AlertmanagerSink::AlertmanagerSink(AlertmanagerSettings settings, Fetcher& fetcher,
                                   std::string external_url)
    : settings_(std::move(settings)),
      client_(std::make_shared<HttpClient>(fetcher, settings_.http.client)),
      external_url_(std::move(external_url)) {}

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
  return show_to_all(client_, settings_.http.timeout, targets_of(settings_),
                     alert_letters(alerts, external_url_));
}

}  // namespace tenantscope
