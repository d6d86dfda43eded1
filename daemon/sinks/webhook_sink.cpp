#include "sinks/webhook_sink.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/cleansed.hpp"
#include "base/clock.hpp"
#include "base/guid.hpp"
#include "config/secret_file.hpp"
#include "sinks/http_delivery.hpp"
#include "sinks/standard_webhooks.hpp"

namespace tenantscope {
namespace {

struct Message {
  std::string id;
  std::string content_type;
  std::string body;
};

Message single(JournalEntry event) {
  return {.id = std::move(event.id),
          .content_type = "application/cloudevents+json; charset=utf-8",
          .body = std::move(event.event)};
}

// The same events have the same id: a receiver can tell that it has seen them.
Message batch(const std::vector<JournalEntry>& events) {
  std::string ids, body;
  for (const JournalEntry& event : events) {
    ids.append(event.id).append("\n");
    body.append(body.empty() ? "[" : ",\n").append(event.event);
  }
  return {.id = to_string(name_based_guid(Guid(), ids)),
          .content_type = "application/cloudevents-batch+json; charset=utf-8",
          .body = body + "]"};
}

Result<std::vector<std::string>> read_keys(const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> keys;
  for (const auto& file : files) {
    Result<std::string> key = read_signing_key(file, delivery_patience);
    if (!key)
      return key.error();
    keys.push_back(std::move(*key));
  }
  return keys;
}

boost::asio::awaitable<Delivery> deliver_message(std::shared_ptr<HttpClient> client,
                                                 WebhookSettings settings, Message message) {
  Result<std::vector<std::string>> keys = read_keys(settings.secret_files);
  if (!keys)
    co_return Refusal{.error = keys.error(), .advice = Refusal::Advice::later};

  const std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(wall_now()).time_since_epoch().count();
  std::vector<std::string> headers{"webhook-id: " + message.id,
                                   fmt::format("webhook-timestamp: {}", now)};
  if (!keys->empty())
    headers.push_back("webhook-signature: " +
                      webhook_signature(*keys, message.id, now, message.body));
  std::ranges::for_each(*keys, cleanse);
  Post post{.url = std::move(settings.url),
            .content_type = std::move(message.content_type),
            .headers = std::move(headers),
            .body = std::move(message.body)};
  co_return co_await deliver_post(client, settings.http.timeout, std::move(post));
}

}  // namespace

WebhookSink::WebhookSink(WebhookSettings settings, Fetcher& fetcher)
    : settings_(std::move(settings)),
      client_(std::make_shared<HttpClient>(fetcher, settings_.http.client)) {}

// No coroutine itself: the sink may go away while a delivery is under way.
boost::asio::awaitable<Delivery> WebhookSink::deliver(std::vector<JournalEntry> events) {
  Message message = settings_.batch ? batch(events) : single(std::move(events.front()));
  return deliver_message(client_, settings_, std::move(message));
}

}  // namespace tenantscope
