#include "config/cloud_list.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "config/http/http_client.hpp"

namespace tenantscope {
namespace {

// [a-z][a-z0-9_-]*
bool is_cloud_name(std::string_view name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && letter(name.front()) && std::ranges::all_of(name, [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void read_authority(const YamlNode& node, bool built_in, Cloud& cloud, FileFindings& findings) {
  const auto origin = parse_origin(node.scalar);
  if (!origin)
    return findings.add(
        node, fmt::format("`authority` has to be https://HOST or https://HOST:PORT, not {}",
                          quote(without_user(node.scalar))));
  if (origin->scheme == "http" && !origin->loopback)
    return findings.add(
        node, fmt::format("`authority` has to begin with https://: {} is no loopback address",
                          quote(origin->host)));
  cloud.authority = origin->text();
  if (!built_in && !origin->loopback)
    cloud.hosts = {origin->host};
}

void read_cloud(const YamlNode& node, bool built_in, Cloud& cloud, const HttpPlace& place) {
  MapReader map(node, "a cloud", place.findings);
  if (const YamlNode* authority = map.text("authority"))
    read_authority(*authority, built_in, cloud, place.findings);
  map.number("requests_per_second", cloud.requests_per_second, 0.001, 100'000);
  map.whole_number("connections", cloud.connections, 1, 10'000);
  cloud.http = read_authority_client(map, place);
  map.refuse_unknown();
}

}  // namespace

void read_clouds(const YamlNode& node, const std::filesystem::path& folder, Clouds& clouds,
                 FileFindings& findings, FileFindings& warnings) {
  const HttpPlace place{
      .folder = folder, .findings = findings, .warnings = warnings, .old_keys = true};
  std::vector<std::string_view> built_in_names;
  for (const Cloud& cloud : builtin_clouds())
    built_in_names.push_back(cloud.name);

  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const YamlNode& key = node.keys[i];
    const auto known = std::ranges::find(clouds, key.scalar, &Cloud::name);
    const bool built_in = known != clouds.end();
    if (!is_cloud_name(key.scalar))
      findings.add(key, fmt::format("a cloud can't be named {}: a name is made of a-z, 0-9, - and "
                                    "_, and begins with a letter",
                                    quote(key.scalar)));
    else if (!built_in && node.items[i].kind == YamlNode::Kind::map &&
             !node.items[i].find("authority"))
      findings.add(key, fmt::format("{} is no built-in cloud, so it needs an `authority`{}",
                                    quote(key.scalar),
                                    suggestion(key.scalar, built_in_names, "built in are")));
    read_cloud(node.items[i], built_in,
               built_in ? *known : clouds.emplace_back(Cloud{.name = key.scalar}), place);
  }
}

}  // namespace tenantscope
