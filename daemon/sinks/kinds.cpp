#include "sinks/kinds.hpp"

#include <map>
#include <variant>

#include "base/clock.hpp"
#include "formats/settings_yaml.hpp"
#include "sinks/alertmanager_sink.hpp"
#include "sinks/file_sink.hpp"
#include "sinks/webhook_sink.hpp"

namespace tenantscope {
namespace {

std::unique_ptr<Sink> made(const FileSinkSettings& file, const SinkNeeds& needs) {
  return std::make_unique<FileSink>(needs.storage / file.path, needs.log, file.access);
}

std::unique_ptr<Sink> made(const WebhookSettings& webhook, const SinkNeeds& needs) {
  return std::make_unique<WebhookSink>(webhook, needs.fetcher, needs.external_url);
}

std::unique_ptr<Sink> made(const AlertmanagerSettings& alertmanager, const SinkNeeds& needs) {
  return std::make_unique<AlertmanagerSink>(alertmanager, needs.fetcher, needs.external_url);
}

Result<Letter> letter(const FileSinkSettings&, const JournalEntry& event, const std::string&) {
  return Letter{.content_type = "application/jsonl", .body = event.event};
}

Result<Letter> letter(const WebhookSettings& webhook, const JournalEntry& event,
                      const std::string& external_url) {
  std::map<std::string, std::string> masked;
  for (const auto& [name, file] : webhook.message.value_files)
    masked.emplace(name, masked_secret);
  return webhook_letter(webhook, {event}, masked, external_url);
}

Result<Letter> letter(const AlertmanagerSettings& alertmanager, const JournalEntry& event,
                      const std::string& external_url) {
  const std::vector<Alert> alerts{{.event = event, .until = wall_now() + alertmanager.hold}};
  return alert_letters(alerts, external_url).front();
}

}  // namespace

std::unique_ptr<Sink> make_sink(const SinkTarget& target, const SinkNeeds& needs) {
  return std::visit([&](const auto& one) { return made(one, needs); }, target);
}

Result<Letter> letter_of(const SinkTarget& target, const JournalEntry& event,
                         const std::string& external_url) {
  return std::visit([&](const auto& one) { return letter(one, event, external_url); }, target);
}

}  // namespace tenantscope
