#include "formats/storage_yaml.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <vector>

#include "formats/yaml_text.hpp"

namespace tenantscope {
namespace {

std::string_view word_of(Durability durability) {
  switch (durability) {
    case Durability::checked:
      return "checked";
    case Durability::provider:
      return "provider";
    case Durability::single:
      break;
  }
  return "single";
}

// An address of IPv6 is the only name with a colon that a port may follow; a socket's folder may
// have one, too.
std::string host_text(const PostgresHost& host) { return yaml::scalar(to_string(host)); }

std::string postgresql_map(const PostgresSettings& postgresql) {
  std::vector<std::string> items{
      "hosts: " + yaml::list_of(postgresql.hosts, host_text),
      "database: " + yaml::scalar(postgresql.database),
      "user: " + yaml::scalar(postgresql.user),
  };
  const auto add_file = [&](std::string_view key, const std::filesystem::path& file) {
    if (!file.empty())
      items.push_back(fmt::format("{}: {}", key, yaml::scalar(file.native())));
  };
  add_file("password_file", postgresql.password_file);
  add_file("ca_file", postgresql.ca_file);
  add_file("client_certificate_file", postgresql.client_certificate_file);
  add_file("client_key_file", postgresql.client_key_file);
  items.push_back("schema: " + yaml::scalar(postgresql.schema));
  items.push_back(fmt::format("lease: {}", to_string(postgresql.lease)));
  items.push_back(fmt::format("durability: {}", word_of(postgresql.durability)));
  return yaml::map(items);
}

}  // namespace

std::string storage_yaml(const Settings& settings) {
  std::string out;
  if (settings.postgresql)
    out = fmt::format("storage: {{postgresql: {}}}\n", postgresql_map(*settings.postgresql));
  if (!settings.replica.empty())
    out += fmt::format("replica: {{name: {}}}\n", yaml::scalar(settings.replica));
  return out;
}

}  // namespace tenantscope
