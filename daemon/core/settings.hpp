// The configuration as plain data, validated and with every default filled in. Written by io/config_file only.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/capability.hpp"
#include "core/cloud.hpp"
#include "core/guid.hpp"
#include "core/tenant.hpp"
#include "core/time.hpp"

namespace tenantscope {

struct ProbeSettings {
  Duration interval = std::chrono::minutes(15);
  Duration timeout = std::chrono::seconds(10);
  int confirmations = 2;
  Duration confirm_interval = std::chrono::seconds(30);
  Duration stale_after = std::chrono::hours(1);  // 4 x interval where the configuration doesn't say

  bool operator==(const ProbeSettings&) const = default;
};

struct Expectation {
  std::optional<std::string> region_scope;
  std::optional<B2b> b2b;

  bool operator==(const Expectation&) const = default;
};

using Labels = std::map<std::string, std::string>;

struct TenantSettings {
  TenantKey key;
  std::optional<Guid> tenant_id;  // a pin
  Expectation expect;
  ProbeSettings probe;
  Labels labels;

  bool operator==(const TenantSettings&) const = default;
};

struct FileSinkSettings {
  std::filesystem::path path;  // relative to --storage.path

  bool operator==(const FileSinkSettings&) const = default;
};

struct SinkSettings {
  std::string name;
  std::variant<FileSinkSettings> target;

  bool operator==(const SinkSettings&) const = default;
};

struct EventSettings {
  std::string source = "tenantscope";
  Duration retention = std::chrono::days(90);
  std::vector<SinkSettings> sinks;
};

struct Settings {
  RuleSet rules = RuleSet::docs_2025;
  ProbeSettings probe;
  Clouds clouds = builtin_clouds();
  std::vector<TenantSettings> tenants;  // in the order of the configuration, files last; no (name, cloud) twice
  EventSettings events;
};

}  // namespace tenantscope
