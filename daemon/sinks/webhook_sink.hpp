// Events as CloudEvents over HTTP, or as messages for people, signed as Standard Webhooks wants it.
// Secrets are read at each delivery.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "domain/settings.hpp"
#include "fetch/http_client.hpp"
#include "sinks/http_delivery.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class WebhookSink : public Sink {
 public:
  // `external_url`: where people reach the daemon; empty: not known. REQUIRES: the fetcher outlives
  // the sink and its deliveries.
  WebhookSink(WebhookSettings settings, Fetcher& fetcher, std::string external_url = {});

  bool takes_batches() const override { return settings_.batch; }
  bool takes_families() const override { return !settings_.message.name.empty(); }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> events) override;

 private:
  WebhookSettings settings_;
  std::shared_ptr<HttpClient> client_;
  std::string external_url_;
};

// What a delivery of `events` sends, with `values` in its template. Error (other): it can't be
// made. REQUIRES: at least one event.
Result<Letter> webhook_letter(const WebhookSettings& settings,
                              const std::vector<JournalEntry>& events,
                              const std::map<std::string, std::string>& values,
                              const std::string& external_url);

}  // namespace tenantscope
