// Reloads on real files, with the looks at them made by the test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "app/reload/reloads.hpp"
#include "config/config_folder.hpp"
#include "config/tenant_files.hpp"
#include "support/captured_log.hpp"
#include "support/event_loop.hpp"

namespace tenantscope {

inline const Log reloads_log(LogLevel::debug, LogFormat::logfmt);

class ReloadsTest : public testing::Test {
 protected:
  void start(const std::string& config, Duration second_look = std::chrono::hours(1),
             const ConfigStanding& standing = {}) {
    folder.write("c", config);
    options.config_file = folder.path("c");
    LoadedConfig loaded = folder.load();
    ASSERT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
    auto settings = std::make_shared<const Settings>(std::move(loaded.settings));
    patterns = settings->tenant_files;
    put(plan_changeover(table, settings));
    reloads.emplace(
        loop.get_executor(), options,
        [this](std::shared_ptr<const Settings> wanted) {
          return plan_changeover(table, std::move(wanted));
        },
        lists, instruments, reloads_log,
        ServeConfig{.main = std::move(loaded), .web = {}, .standing = standing}, settings,
        Reloads::Listener{.put_into_force = [this](NewConfig& read) { put(read.changeover); },
                          .reloaded = [this] { ++reloaded; },
                          .second_look = second_look});
  }

  // As Watcher::configure() does.
  void put(const Changeover& changeover) {
    for (const auto& [number, settings] : changeover.leaving)
      table.watches[number].watched = false;
    for (std::size_t i = 0; i < changeover.numbers.size(); ++i) {
      if (changeover.numbers[i] == table.watches.size())
        table.add({.settings = tenant_of(changeover.settings, i)});
      table.watches[changeover.numbers[i]].watched = true;
    }
  }

  // Empty: done.
  std::string reload(const std::string& config) {
    folder.write("c", config);
    std::optional<std::string> findings;
    reloads->ask([&](std::string told) { findings = std::move(told); });
    EXPECT_TRUE(run_until(loop, [&] { return findings.has_value(); }));
    return findings.value_or("nothing came");
  }
  ListOutcome look_at_configuration() {
    return run(loop, reloads->follow_configuration({stamp_of(folder.path("c"))}));
  }
  double failures() { return instruments.config_reload_failures().Value(); }
  ListOutcome look_at_files() {
    return run(loop, reloads->follow_files(stamp_tenant_files(patterns, folder.path(""))));
  }
  ListOutcome fetch(const std::string& url, const std::string& text) {
    return run(loop, reloads->follow_url(url, text));
  }

  std::size_t watched() const { return table.watched().size(); }
  double successful() { return instruments.config_last_reload_successful().Value(); }

  // How many lines with this are logged meanwhile.
  static long logged(const std::string& part, const std::function<void()>& act) {
    EXPECT_TRUE(reloads_log.flush(std::chrono::seconds(30)));  // what was logged before
    testing::internal::CaptureStderr();
    act();
    std::istringstream text(captured_log(reloads_log));
    long lines = 0;
    for (std::string line; std::getline(text, line);)
      lines += line.find(part) != std::string::npos;
    return lines;
  }

  ConfigFolder folder;
  TemporaryFolder storage;
  ServeOptions options;
  std::vector<std::string> patterns;
  int reloaded = 0;
  boost::asio::io_context loop;
  Instruments instruments;
  Table table;
  Fetcher fetcher;
  TenantLists lists{
      loop.get_executor(),
      fetcher,
      folder.path(""),
      {},
      reloads_log,
      {.files_changed = {}, .fetched = {}, .keep = [](const std::string&, const std::string&) {}}};
  std::optional<Reloads> reloads;
};

inline const std::string three_tenants =
    "tenants: [{name: a.example}, {name: b.example}, {name: c.example}]\n";
inline const std::string with_files = three_tenants + "tenant_files: [\"t.d/*.yaml\"]\n";

}  // namespace tenantscope
