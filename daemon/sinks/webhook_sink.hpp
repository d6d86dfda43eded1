// Events as CloudEvents over HTTP, signed as Standard Webhooks wants it. Secrets are read at each
// delivery.
#pragma once

#include <memory>

#include "domain/settings.hpp"
#include "fetch/http_client.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class WebhookSink : public Sink {
 public:
  // REQUIRES: the fetcher outlives the sink and its deliveries.
  WebhookSink(WebhookSettings settings, Fetcher& fetcher);

  bool takes_batches() const override { return settings_.batch; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> events) override;

 private:
  WebhookSettings settings_;
  std::shared_ptr<HttpClient> client_;
};

}  // namespace tenantscope
