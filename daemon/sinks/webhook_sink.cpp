#include "sinks/webhook_sink.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/cleansed.hpp"
#include "base/clock.hpp"
#include "base/guid.hpp"
#include "config/secret_file.hpp"
#include "formats/template/message_template.hpp"
#include "sinks/standard_webhooks.hpp"

namespace tenantscope {
namespace {

using Events = std::vector<JournalEntry>;
using Values = std::map<std::string, std::string>;

// Of several events the same again, where they are the same: a receiver can tell that it has seen
// them.
std::string id_of(const Events& events, bool batch) {
  if (events.size() == 1 && !batch)
    return events.front().id;
  std::string ids;
  for (const JournalEntry& event : events)
    ids.append(event.id).append("\n");
  return to_string(name_based_guid(Guid(), ids));
}

Letter batch_of(const Events& events) {
  std::string body;
  for (const JournalEntry& event : events)
    body.append(body.empty() ? "[" : ",\n").append(event.event);
  return {.content_type = "application/cloudevents-batch+json; charset=utf-8", .body = body + "]"};
}

Result<Letter> message_of(const MessageSettings& settings, const Events& events,
                          const Values& values, const std::string& external_url) {
  Message message{.values = values, .external_url = external_url};
  for (const JournalEntry& event : events)
    message.events.push_back(event.event);
  Result<std::string> body = render(settings.text, message);
  if (!body)
    return Error{ErrorKind::other, fmt::format("no message can be made by the template {}: {}",
                                               settings.name, body.error().detail)};
  return Letter{.content_type = "application/json", .body = std::move(*body)};
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

Result<Values> read_values(const MessageSettings& message) {
  Values values;
  for (const auto& [name, file] : message.value_files) {
    Result<std::string> value = read_secret(file, delivery_patience);
    if (!value)
      return value.error();
    values.emplace(name, std::move(*value));
  }
  return values;
}

// Signed by each key.
CleansedTexts headers_of(const std::string& id, const std::string& body,
                         std::vector<std::string> keys) {
  const std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(wall_now()).time_since_epoch().count();
  CleansedTexts headers{"webhook-id: " + id, fmt::format("webhook-timestamp: {}", now)};
  if (!keys.empty())
    headers.push_back("webhook-signature: " + webhook_signature(keys, id, now, body));
  std::ranges::for_each(keys, cleanse);
  return headers;
}

Result<Post> post_of(const WebhookSettings& settings, const Events& events,
                     const std::string& external_url) {
  Result<Address> address = address_of({.url = settings.url, .file = settings.url_file});
  if (!address)
    return address.error();
  Result<Values> values = read_values(settings.message);
  if (!values)
    return values.error();
  Result<Letter> letter = webhook_letter(settings, events, *values, external_url);
  for (auto& [name, value] : *values)
    cleanse(value);
  if (!letter)
    return letter.error();
  Result<std::vector<std::string>> keys = read_keys(settings.secret_files);
  if (!keys)
    return keys.error();
  CleansedTexts headers = headers_of(id_of(events, settings.batch), letter->body, std::move(*keys));
  Post post{.to = std::move(*address), .letter = std::move(*letter), .headers = std::move(headers)};
  if (!settings.success_body.empty())
    post.missing = [wanted = settings.success_body](std::string_view body) {
      return body.find(wanted) != body.npos
                 ? std::string()
                 : fmt::format("without `{}`, its `success_body`", wanted);
    };
  return post;
}

boost::asio::awaitable<Delivery> deliver_events(std::shared_ptr<HttpClient> client,
                                                WebhookSettings settings, std::string external_url,
                                                Events events) {
  Result<Post> post = post_of(settings, events, external_url);
  if (!post)
    co_return Refusal{.error = post.error(), .advice = Refusal::Advice::later};
  co_return co_await deliver_post(client, settings.http.timeout, std::move(*post));
}

}  // namespace

Result<Letter> webhook_letter(const WebhookSettings& settings, const Events& events,
                              const Values& values, const std::string& external_url) {
  Result<Letter> letter = Letter{.content_type = "application/cloudevents+json; charset=utf-8",
                                 .body = events.front().event};
  if (!settings.message.name.empty())
    letter = message_of(settings.message, events, values, external_url);
  else if (settings.batch)
    letter = batch_of(events);
  if (letter && !settings.content_type.empty())
    letter->content_type = settings.content_type;
  return letter;
}

WebhookSink::WebhookSink(WebhookSettings settings, Fetcher& fetcher, std::string external_url)
    : settings_(std::move(settings)),
      client_(std::make_shared<HttpClient>(fetcher, settings_.http.client)),
      external_url_(std::move(external_url)) {}

// No coroutine itself: the sink may go away while a delivery is under way.
boost::asio::awaitable<Delivery> WebhookSink::deliver(std::vector<JournalEntry> events) {
  return deliver_events(client_, settings_, external_url_, std::move(events));
}

}  // namespace tenantscope
