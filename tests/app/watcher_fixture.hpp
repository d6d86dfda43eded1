// A watcher on a loopback authority and a storage of its own, which can be started, stopped and
// configured anew.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/watching.hpp"
#include "support/loopback_authority.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {

using namespace std::chrono_literals;

inline constexpr ProbeSettings often{.interval = 20ms,
                                     .timeout = 50s,
                                     .confirmations = 2,
                                     .confirm_interval = 10ms,
                                     .stale_after = 1h};
inline constexpr ProbeSettings once{.interval = 1h,
                                    .timeout = 50s,
                                    .confirmations = 2,
                                    .confirm_interval = 10ms,
                                    .stale_after = 4h};

inline TenantSettings watch(const std::string& name, const ProbeSettings& probe = often) {
  return {.key = {.asked = "global", .name = name}, .probe = probe};
}

inline boost::json::object data_of(const JournalEntry& entry) {
  return boost::json::parse(entry.event).at("data").as_object();
}

inline std::vector<std::string> fields_of(const JournalEntry& entry) {
  std::vector<std::string> names;
  const boost::json::object data = data_of(entry);
  for (const auto& change : data.at("changes").as_array())
    names.emplace_back(change.at("field").as_string());
  return names;
}

class WatcherTest : public ::testing::Test {
 protected:
  void start() { watching_.emplace(folder_.path()); }
  void restart() {
    stop();
    start();
  }
  // As the daemon ends: nothing comes back any more.
  void stop() {
    watching_->watcher.stop();
    watching_.reset();
  }
  void configure(std::vector<TenantSettings> tenants, RuleSet rules = RuleSet::docs_2025) {
    Settings settings{.rules = rules, .clouds = authority_.clouds(), .tenants = std::move(tenants)};
    settings.events.sinks = {{.name = "audit", .target = FileSinkSettings{"events.jsonl"}}};
    watching_->watcher.configure(
        plan_changeover(watching_->table, std::make_shared<const Settings>(std::move(settings))));
  }
  // The authority is asked that many times more.
  bool asked_again(const std::string& tenant, int times = 1) {
    const int enough = authority_.asked(tenant) + times;
    return watching_->until([&] { return authority_.asked(tenant) >= enough; });
  }
  double in_flight() {
    return watching_->instruments.authorities().of("global").in_flight_requests.Value();
  }

  TemporaryFolder folder_;
  LoopbackAuthority authority_;
  std::optional<Watching> watching_;
};

}  // namespace tenantscope
