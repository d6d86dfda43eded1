#include "io/cloud_list.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "io/quotation.hpp"
#include "io/text_file.hpp"

namespace tenantscope {
namespace {

// What is left of a URL that names a server and nothing on it.
struct Origin {
  std::string scheme;      // "https" or "http"
  std::string host;        // in lower case; an IPv6 address in brackets
  std::uint16_t port = 0;  // 0: the scheme's own
  bool loopback = false;

  std::string text() const { return port ? fmt::format("{}://{}:{}", scheme, host, port) : fmt::format("{}://{}", scheme, host); }
};

// Takes `prefix` off the front of `text`.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.front() != '.' && host.find("..") == std::string_view::npos && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// Reads the host off the front of `text`; nothing where it is none.
std::optional<Origin> take_host(std::string_view& text) {
  Origin origin;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    origin.host = text.substr(0, end + 1);
    in6_addr address{};
    if (inet_pton(AF_INET6, origin.host.substr(1, end - 1).c_str(), &address) != 1) return std::nullopt;
    origin.loopback = IN6_IS_ADDR_LOOPBACK(&address);
  } else {
    origin.host = text.substr(0, text.find(':'));
    if (!is_host_name(origin.host)) return std::nullopt;
    in_addr address{};
    origin.loopback =
        origin.host == "localhost" || (inet_pton(AF_INET, origin.host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
  }
  text.remove_prefix(origin.host.size());
  return origin;
}

// A single slash at the end is passed over.
std::optional<Origin> parse_origin(std::string_view written) {
  std::string lowered(written);
  std::ranges::transform(lowered, lowered.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  std::string_view text = lowered;
  const bool secure = take(text, "https://");
  if (!secure && !take(text, "http://")) return std::nullopt;
  if (text.ends_with('/')) text.remove_suffix(1);

  std::optional<Origin> origin = take_host(text);
  if (!origin) return std::nullopt;
  origin->scheme = secure ? "https" : "http";
  if (take(text, ":")) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), origin->port);
    if (error != std::errc{} || origin->port == 0) return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));
  }
  return text.empty() ? origin : std::nullopt;
}

// [a-z][a-z0-9_-]*
bool is_cloud_name(std::string_view name) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

void read_authority(const YamlNode& node, bool built_in, Cloud& cloud, FileFindings& findings) {
  const auto origin = parse_origin(node.scalar);
  if (!origin)
    return findings.add(node, fmt::format("`authority` has to be https://HOST or https://HOST:PORT, not {}", quote(node.scalar)));
  if (origin->scheme == "http" && !origin->loopback)
    return findings.add(node, fmt::format("`authority` has to begin with https://: {} is no loopback address", quote(origin->host)));
  cloud.authority = origin->text();
  if (!built_in && !origin->loopback) cloud.hosts = {origin->host};
}

void read_proxy_url(const YamlNode& node, Cloud& cloud, FileFindings& findings) {
  const auto origin = parse_origin(node.scalar);
  if (!node.scalar.empty() && !origin)
    return findings.add(node, fmt::format("`proxy_url` has to be http://HOST:PORT or https://HOST:PORT, not {}", quote(node.scalar)));
  cloud.proxy_url = origin ? origin->text() : "";
}

void read_ca_file(const YamlNode& node, const std::filesystem::path& folder, Cloud& cloud, FileFindings& findings) {
  cloud.ca_file.clear();
  if (node.scalar.empty()) return;
  const std::filesystem::path path = std::filesystem::absolute(folder / node.scalar).lexically_normal();
  const Result<std::string> text = read_text_file(path);
  if (!text)
    findings.add(node, fmt::format("`ca_file` {} can't be read: {}", quote(path.native()), text.error().detail));
  else if (text->find("-----BEGIN ") == std::string::npos)
    findings.add(node, fmt::format("`ca_file` {} holds no certificates in PEM form", quote(path.native())));
  cloud.ca_file = path;
}

void read_cloud(const YamlNode& node, const std::filesystem::path& folder, bool built_in, Cloud& cloud, FileFindings& findings) {
  MapReader map(node, "a cloud", findings);
  if (const YamlNode* authority = map.text("authority")) read_authority(*authority, built_in, cloud, findings);
  map.number("requests_per_second", cloud.requests_per_second, 0.001, 100'000);
  map.whole_number("connections", cloud.connections, 1, 10'000);
  if (const YamlNode* ca_file = map.text("ca_file")) read_ca_file(*ca_file, folder, cloud, findings);
  if (const YamlNode* proxy_url = map.text("proxy_url")) read_proxy_url(*proxy_url, cloud, findings);
  map.refuse_unknown();
}

}  // namespace

void read_clouds(const YamlNode& node, const std::filesystem::path& folder, Clouds& clouds, FileFindings& findings) {
  std::vector<std::string_view> built_in_names;
  for (const Cloud& cloud : builtin_clouds()) built_in_names.push_back(cloud.name);

  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const YamlNode& key = node.keys[i];
    const auto known = std::ranges::find(clouds, key.scalar, &Cloud::name);
    const bool built_in = known != clouds.end();
    if (!is_cloud_name(key.scalar))
      findings.add(key, fmt::format("a cloud can't be named {}: a name is made of a-z, 0-9, - and _, and begins with a letter",
                                    quote(key.scalar)));
    else if (!built_in && node.items[i].kind == YamlNode::Kind::map && !node.items[i].find("authority"))
      findings.add(key, fmt::format("{} is no built-in cloud, so it needs an `authority`{}", quote(key.scalar),
                                    suggestion(key.scalar, built_in_names, "built in are")));
    read_cloud(node.items[i], folder, built_in, built_in ? *known : clouds.emplace_back(Cloud{.name = key.scalar}), findings);
  }
}

}  // namespace tenantscope
