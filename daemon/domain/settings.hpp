// The configuration as plain data, validated and with every default filled in. Written by
// config/config_file only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/guid.hpp"
#include "base/time.hpp"
#include "domain/capability.hpp"
#include "domain/cloud.hpp"
#include "domain/collaboration.hpp"
#include "domain/expectation.hpp"
#include "domain/http/http_client_settings.hpp"
#include "domain/labels.hpp"
#include "domain/match.hpp"
#include "domain/severity.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {

struct ProbeSettings {
  Duration interval = std::chrono::minutes(15);
  Duration timeout = std::chrono::seconds(10);
  int confirmations = 2;
  Duration confirm_interval = std::chrono::seconds(30);
  Duration stale_after = std::chrono::hours(1);  // 4 x interval where the configuration doesn't say

  bool operator==(const ProbeSettings&) const = default;
};

struct TenantSettings {
  TenantKey key;
  std::optional<Guid> tenant_id;  // a pin
  Expectation expect;
  ProbeSettings probe;
  Labels labels;

  bool operator==(const TenantSettings&) const = default;
};

inline const TenantKey& key_of(const TenantSettings& tenant) { return tenant.key; }

// A list of tenants that is fetched and followed.
struct TenantUrl {
  std::string url;
  Duration interval = std::chrono::minutes(5);
  HttpClientSettings http = {};

  bool operator==(const TenantUrl&) const = default;
};

// The most tenants that are taken; more are refused, with the list that brings them.
struct TenantLimits {
  std::size_t tenants = 200'000;           // in all, members of collaborations included
  std::size_t tenants_per_list = 200'000;  // of `tenants`, of a file or of a URL's answer

  bool operator==(const TenantLimits&) const = default;
};

// Whom a file lets in.
struct FileAccess {
  std::optional<std::uint32_t> mode;  // nothing: as the system makes it, and as it is
  std::string group;                  // empty: as it is

  bool operator==(const FileAccess&) const = default;
};

struct FileSinkSettings {
  std::filesystem::path path;  // relative to --storage.path
  FileAccess access = {};

  bool operator==(const FileSinkSettings&) const = default;
};

// How receivers are reached and what lets us in there.
struct HttpSettings {
  HttpClientSettings client = {};
  Duration timeout = std::chrono::seconds(10);

  bool operator==(const HttpSettings&) const = default;
};

// What a webhook's receiver gets in place of CloudEvents: a message for people.
struct MessageSettings {
  std::string name;  // slack, teams, pagerduty, or the template's file; empty: there is none
  std::string text;  // of the template
  // By the name that the template has for it: the file whose content is shown there.
  std::map<std::string, std::filesystem::path> value_files;

  bool operator==(const MessageSettings&) const = default;
};

struct WebhookSettings {
  std::string url;
  HttpSettings http;
  std::vector<std::filesystem::path>
      secret_files;  // Standard Webhooks' secrets, each of which signs
  bool batch = false;
  std::filesystem::path url_file = {};  // where `url` isn't said, as it is a secret
  MessageSettings message = {};
  std::string content_type = {};  // empty: that of what is sent
  std::string success_body = {};  // what an answer has to contain; empty: it needn't

  bool operator==(const WebhookSettings&) const = default;
};

struct AlertmanagerSettings {
  std::vector<std::string> urls;  // of the instances, without /api/v2
  HttpSettings http;
  Duration hold = std::chrono::hours(1);              // how long an alert fires
  std::vector<std::filesystem::path> url_files = {};  // in place of `urls`: each has one

  bool operator==(const AlertmanagerSettings&) const = default;
};

using SinkTarget = std::variant<FileSinkSettings, WebhookSettings, AlertmanagerSettings>;

struct SinkSettings {
  std::string name;
  Match match;
  SinkTarget target;

  bool operator==(const SinkSettings&) const = default;
};

struct EventSettings {
  std::string source = "tenantscope";
  Duration retention = std::chrono::days(90);
  std::uint64_t retention_events = 1'000'000;
  Severities severities;
  std::vector<SinkSettings> sinks;
};

// A tenant as a collaboration names it.
struct CollaborationMember {
  TenantKey key;
  std::string shown;  // the name, with @CLOUD where that was written

  bool operator==(const CollaborationMember&) const = default;
};

using CollaborationGuest = std::variant<CollaborationMember, IdentityProvider>;

// Each of the hosts with each of the guests is a pair; nobody is a pair with itself.
struct CollaborationSettings {
  std::string name;
  std::vector<CollaborationMember> hosts;
  std::vector<CollaborationGuest> guests;
  CrossCloud cross_cloud = CrossCloud::unset;

  bool operator==(const CollaborationSettings&) const = default;
};

struct PostgresHost {
  std::string name;  // "db1.example", "192.0.2.1", or the folder of a unix socket
  std::uint16_t port = 5432;
  bool local = false;  // loopback, or a unix socket

  bool operator==(const PostgresHost&) const = default;
};

// "db1.example:5432", "[2001:db8::1]:5432".
inline std::string to_string(const PostgresHost& host) {
  const bool bare = host.name.starts_with('/') || host.name.find(':') == std::string::npos;
  return (bare ? host.name : '[' + host.name + ']') + ':' + std::to_string(host.port);
}

// Who keeps what is committed from being lost with a server.
enum class Durability {
  checked,   // another server that has it, which is looked at
  provider,  // the storage below the server, which can't be seen from here
  single,    // nobody
};

struct PostgresSettings {
  std::vector<PostgresHost> hosts;  // of one database; at least one
  std::string database;
  std::string user;
  std::filesystem::path password_file;  // empty: no password is given
  std::filesystem::path ca_file;        // empty: all hosts are local
  std::filesystem::path client_certificate_file;
  std::filesystem::path client_key_file;
  std::string schema = "tenantscope";
  Duration lease = std::chrono::seconds(10);  // how long a replica may be silent
  Durability durability = Durability::checked;

  bool operator==(const PostgresSettings&) const = default;
};

struct Settings {
  RuleSet rules = default_rules;
  ProbeSettings probe;
  Clouds clouds = builtin_clouds();
  TenantLimits limits;
  // In the order of the configuration, files and then URLs last; no (name, cloud) twice.
  std::vector<TenantSettings> tenants;
  std::vector<std::string> tenant_files;  // patterns, as they are written
  std::vector<TenantUrl> tenant_urls;
  std::vector<CollaborationSettings> collaborations;
  EventSettings events;
  std::optional<PostgresSettings> postgresql;  // nothing: SQLite, in --storage.path
  std::string replica;                         // its name; empty: the machine's
};

}  // namespace tenantscope
