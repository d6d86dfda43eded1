// Events as alerts in Alertmanager: shown to every instance, which don't tell each other of alerts.
#pragma once

#include <memory>

#include "domain/settings.hpp"
#include "fetch/http_client.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class AlertmanagerSink : public Sink {
 public:
  static constexpr std::size_t alerts_per_request = 200;

  // REQUIRES: at least one instance; the fetcher outlives the sink and its deliveries.
  AlertmanagerSink(AlertmanagerSettings settings, Fetcher& fetcher);

  bool takes_batches() const override { return true; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> events) override;
  std::optional<Duration> hold() const override { return settings_.hold; }
  // Taken: one instance has all of them. Waits for the others as well, so that no older state comes
  // after a newer one.
  boost::asio::awaitable<Delivery> show(std::vector<Alert> alerts) override;

 private:
  AlertmanagerSettings settings_;
  std::shared_ptr<HttpClient> client_;
};

}  // namespace tenantscope
