#include "config/storage_section.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "config/http/ca_file.hpp"
#include "config/http/http_tls.hpp"
#include "config/named_value.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_hosts = 16;
constexpr Duration shortest_lease = std::chrono::seconds(2);
constexpr Duration longest_lease = std::chrono::minutes(5);
constexpr std::size_t longest_name = 63;  // bytes, as PostgreSQL has it

// "/run/postgresql" or "/run/postgresql:5433"
std::optional<PostgresHost> parse_socket(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  PostgresHost host{.name = std::string(text.substr(0, colon)), .local = true};
  if (colon == std::string_view::npos)
    return host;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), host.port);
  const bool whole = error == std::errc() && end == port.data() + port.size() && host.port > 0;
  return whole ? std::optional(host) : std::nullopt;
}

std::optional<PostgresHost> parse_host(std::string_view text) {
  if (text.starts_with('/'))
    return parse_socket(text);
  const auto origin = parse_origin(fmt::format("https://{}", text));
  if (!origin || text.ends_with('/'))
    return std::nullopt;
  PostgresHost host{.name = origin->host, .local = origin->loopback};
  if (host.name.starts_with('['))
    host.name = host.name.substr(1, host.name.size() - 2);
  if (origin->port != 0)
    host.port = origin->port;
  return host;
}

std::vector<PostgresHost> read_hosts(const YamlNode& list, FileFindings& findings) {
  constexpr std::string_view what = "a host of PostgreSQL";
  std::vector<PostgresHost> hosts;
  if (list.items.empty() || list.items.size() > most_hosts)
    findings.add(
        list, fmt::format("`hosts` has to have 1 to {} servers of the one database", most_hosts));
  for (const YamlNode& item : list.items) {
    if (!text_item(item, what, findings))
      continue;
    const auto host = parse_host(item.scalar);
    if (!host)
      findings.add(item, fmt::format("{} has to be HOST, HOST:PORT or the folder of a unix socket, "
                                     "not {}",
                                     what, quote(without_user(item.scalar))));
    else if (std::ranges::find(hosts, *host) != hosts.end())
      findings.add(item, fmt::format("{} is there twice: {}", what, quote(item.scalar)));
    else
      hosts.push_back(*host);
  }
  return hosts;
}

std::string read_name(const YamlNode* node, std::string_view key, FileFindings& findings) {
  if (!node)
    return {};
  if (node->scalar.empty() || node->scalar.size() > longest_name)
    findings.add(*node, fmt::format("`{}` has to be a name of 1 to {} bytes", key, longest_name));
  return node->scalar;
}

std::filesystem::path read_password_file(const YamlNode& node, const HttpPlace& place) {
  std::filesystem::path path = secret_path(place.folder, node.scalar);
  if (const auto refused = refuse_secret_name(path))
    place.findings.add(node, fmt::format("`password_file`: {}", *refused));
  else if (const auto secret = read_secret(path, secret_patience, place.findings.cancelled);
           !secret)
    place.findings.add(node, fmt::format("`password_file` {}", secret.error().detail));
  return path;
}

void read_lease(MapReader& map, Duration& lease, FileFindings& findings) {
  if (map.duration("lease", lease) && (lease < shortest_lease || lease > longest_lease))
    findings.add(*map.find("lease"),
                 fmt::format("`lease` has to be {} to {}, not {}", to_string(shortest_lease),
                             to_string(longest_lease), to_string(lease)));
}

void read_trust(MapReader& map, PostgresSettings& postgresql, const HttpPlace& place,
                const YamlNode& section) {
  TlsClientSettings tls;
  if (const YamlNode* ca_file = map.text("ca_file"))
    postgresql.ca_file = read_ca_file(*ca_file, place.folder, place.findings);
  else if (!std::ranges::all_of(postgresql.hosts, &PostgresHost::local))
    place.findings.add(section,
                       "`ca_file` is needed: who answers at a host is verified by it, unless that "
                       "is a loopback address or a unix socket");
  read_own_pair(map, {.certificate = "client_certificate_file", .key = "client_key_file"}, tls,
                place);
  postgresql.client_certificate_file = tls.cert_file;
  postgresql.client_key_file = tls.key_file;
}

void read_durability(const YamlNode& node, Durability& durability, FileFindings& findings) {
  constexpr Named<Durability> known[] = {{"checked", Durability::checked},
                                         {"provider", Durability::provider},
                                         {"single", Durability::single}};
  if (const auto* found = find_named(known, "durability", "it is one of", node, findings))
    durability = found->value;
}

PostgresSettings read_postgresql(const YamlNode& node, const HttpPlace& place) {
  MapReader map(node, "`postgresql`", place.findings);
  PostgresSettings postgresql;
  if (const YamlNode* hosts = map.required_list("hosts"))
    postgresql.hosts = read_hosts(*hosts, place.findings);
  postgresql.database = read_name(map.required_text("database"), "database", place.findings);
  postgresql.user = read_name(map.required_text("user"), "user", place.findings);
  if (const YamlNode* file = map.text("password_file"))
    postgresql.password_file = read_password_file(*file, place);
  read_trust(map, postgresql, place, node);
  if (const YamlNode* schema = map.text("schema"))
    postgresql.schema = read_name(schema, "schema", place.findings);
  read_lease(map, postgresql.lease, place.findings);
  if (const YamlNode* durability = map.text("durability"))
    read_durability(*durability, postgresql.durability, place.findings);
  map.refuse("password", "write it to a file, and that file's name at `password_file`");
  map.refuse("sslmode", "it is verify-full, but for loopback addresses and unix sockets");
  map.refuse_unknown();
  return postgresql;
}

}  // namespace

void read_storage(MapReader& map, Settings& settings, const HttpPlace& place) {
  if (const YamlNode* storage = map.map("storage")) {
    MapReader keys(*storage, "`storage`", place.findings);
    if (const YamlNode* postgresql = keys.map("postgresql"))
      settings.postgresql = read_postgresql(*postgresql, place);
    keys.refuse("path", "SQLite's folder is the flag --storage.path");
    keys.refuse_unknown();
  }
  if (const YamlNode* replica = map.map("replica")) {
    MapReader keys(*replica, "`replica`", place.findings);
    settings.replica = read_name(keys.required_text("name"), "name", place.findings);
    keys.refuse_unknown();
    if (!settings.postgresql)
      place.findings.add(*replica,
                         "`replica` names a daemon that shares its ledger, and needs "
                         "`storage.postgresql`");
  }
}

}  // namespace tenantscope
