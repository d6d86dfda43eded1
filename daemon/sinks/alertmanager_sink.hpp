// Events as alerts in Alertmanager: shown to every instance, which don't tell each other of alerts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/settings.hpp"
#include "fetch/http_client.hpp"
#include "sinks/http_delivery.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class AlertmanagerSink : public Sink {
 public:
  static constexpr std::size_t alerts_per_request = 200;

  // `external_url`: where people reach the daemon; empty: not known. REQUIRES: at least one
  // instance; the fetcher outlives the sink and its deliveries.
  AlertmanagerSink(AlertmanagerSettings settings, Fetcher& fetcher, std::string external_url = {});

  bool takes_batches() const override { return true; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> events) override;
  std::optional<Duration> hold() const override { return settings_.hold; }
  // Taken: one instance has all of them. Waits for the others as well, so that no older state comes
  // after a newer one.
  boost::asio::awaitable<Delivery> show(std::vector<Alert> alerts) override;

 private:
  AlertmanagerSettings settings_;
  std::shared_ptr<HttpClient> client_;
  std::string external_url_;
};

// What is posted to show `alerts`, one after the other.
std::vector<Letter> alert_letters(const std::vector<Alert>& alerts,
                                  const std::string& external_url);

}  // namespace tenantscope
