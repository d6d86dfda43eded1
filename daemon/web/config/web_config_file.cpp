#include "web/config/web_config_file.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text/go_duration.hpp"
#include "base/text/quotation.hpp"
#include "base/text_file.hpp"
#include "config/config_reader.hpp"
#include "web/config/web_tls_settings.hpp"
#include "web/tls/client_policy.hpp"

namespace tenantscope {
namespace {

constexpr int cheapest_cost = 4;  // bcrypt's own limit
constexpr int usual_cost = 10;
constexpr int dearest_cost = 18;  // the toolkit's own samples have it
constexpr int slow_cost = 14;
constexpr int largest_burst = 100'000;
constexpr auto longest_interval = std::chrono::hours(24);

bool is_control(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

// A header that the web server sends already is checked only.
void read_headers(const YamlNode& node, WebConfig& config, FileFindings& findings) {
  constexpr std::string_view always_sent = "X-Content-Type-Options";
  MapReader map(node, "`headers`", findings);
  for (std::string_view name :
       {"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "X-XSS-Protection",
        "Strict-Transport-Security"}) {
    const YamlNode* value = map.text(name);
    if (!value || value->scalar.empty())
      continue;
    const std::string& text = value->scalar;
    if (std::ranges::any_of(text, [](char c) { return is_control(c) || c < 0; }))
      findings.add(
          *value,
          fmt::format(
              "`{}` can't have line ends, other control characters or anything but ASCII in it",
              name));
    else if (name == "X-Frame-Options" && text != "deny" && text != "sameorigin")
      findings.add(*value,
                   fmt::format("`{}` has to be deny or sameorigin, not {}", name, quote(text)));
    else if (name == always_sent && text != "nosniff")
      findings.add(*value, fmt::format("`{}` has to be nosniff, not {}", name, quote(text)));
    else if (name != always_sent)
      config.headers.emplace_back(name, text);
  }
  map.refuse_unknown();
}

void read_http_server(const YamlNode& node, WebConfig& config, FileFindings& findings) {
  MapReader map(node, "`http_server_config`", findings);
  bool http2 = true;  // whatever it says, HTTP/1.1 is what is served
  map.boolean("http2", http2);
  if (const YamlNode* headers = map.map("headers"))
    read_headers(*headers, config, findings);
  map.refuse_unknown();
}

// "$2b$10$" and 53 characters; nothing where it isn't like this.
std::optional<int> bcrypt_cost(std::string_view hash) {
  constexpr std::size_t size = 60;
  constexpr std::string_view alphabet =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const bool known =
      hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$");
  if (!known || hash.size() != size || hash[6] != '$' ||
      hash.find_first_not_of(alphabet, 7) != hash.npos)
    return std::nullopt;
  int cost = 0;
  const auto [end, error] = std::from_chars(hash.data() + 4, hash.data() + 6, cost);
  return error == std::errc{} && end == hash.data() + 6 ? std::optional(cost) : std::nullopt;
}

// What a login takes, beside one with the usual cost: each step doubles it. REQUIRES: the cost is
// above that, and has two digits.
std::string slowness(int cost) {
  return fmt::format("{} times as long as with the usual {}",
                     std::uint64_t(1) << unsigned(cost - usual_cost), usual_cost);
}

// Nothing where the cost is one that can be borne.
std::string refuse_cost(int cost) {
  if (cost > dearest_cost)
    return fmt::format("which can be {} at most: a login would take {}", dearest_cost,
                       slowness(cost));
  if (cost < cheapest_cost)
    return fmt::format("which has to be from {} to {}; {} is usual", cheapest_cost, dearest_cost,
                       usual_cost);
  return {};
}

// No message shows a hash, nor what stands in its place, which may be a password.
void read_users(const YamlNode& node, WebConfig& config, FileFindings& findings,
                FileFindings& warnings) {
  MapReader map(node, "`basic_auth_users`", findings);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string& name = node.keys[i].scalar;
    if (name.empty())
      findings.add(node.keys[i], "a user needs a name");
    if (name.find(':') != name.npos || std::ranges::any_of(name, is_control))
      findings.add(node.keys[i],
                   fmt::format("the user's name {} can't have a `:` or control characters in it",
                               quote(name)));
    if (node.items[i].kind == YamlNode::Kind::alias)
      continue;
    const std::string_view hash =
        node.items[i].kind == YamlNode::Kind::scalar ? std::string_view(node.items[i].scalar) : "";
    const auto cost = bcrypt_cost(hash);
    if (!cost)
      findings.add(node.items[i], fmt::format("the user {} needs a bcrypt hash, $2a$, $2b$ or $2y$ "
                                              "and 60 characters in all: make one with "
                                              "htpasswd -nBC 10 \"\" | tr -d ':\\n'",
                                              quote(name)));
    else if (const std::string refused = refuse_cost(*cost); !refused.empty())
      findings.add(node.items[i], fmt::format("the hash of the user {} has the cost {}, {}",
                                              quote(name), *cost, refused));
    else if (*cost > slow_cost)
      warnings.add(
          node.items[i],
          fmt::format("the hash of the user {} has the cost {}: each first login takes {}, "
                      "and others wait for it",
                      quote(name), *cost, slowness(*cost)));
    config.basic_auth_users.emplace(name, hash);
  }
}

void read_rate_limit(const YamlNode& node, WebConfig& config, FileFindings& findings) {
  MapReader map(node, "`rate_limit`", findings);
  WebRateLimit limit;
  bool unlimited = false;
  if (const YamlNode* interval = map.required_text("interval")) {
    const auto duration = parse_go_duration(interval->scalar);
    if (!duration)
      findings.add(*interval, fmt::format("`interval` has to be a duration such as 100ms, 1s or "
                                          "1m30s, or 0 for no limit, not {}",
                                          quote(interval->scalar)));
    else if (*duration > longest_interval)
      findings.add(*interval,
                   fmt::format("`interval` can be 24h at most, not {}", quote(interval->scalar)));
    limit.interval = duration.value_or(limit.interval);
    unlimited = duration == std::chrono::nanoseconds(0);
  }
  const int least = unlimited ? 0 : 1;
  map.whole_number("burst", limit.burst, least, largest_burst);
  if (!unlimited && node.kind == YamlNode::Kind::map && !map.has("burst"))
    findings.add(node, "`rate_limit` needs a `burst`: how many requests may come at once");
  map.refuse_unknown();
  if (!unlimited)
    config.rate_limit = limit;
}

}  // namespace

LoadedWebConfig load_web_config(const std::filesystem::path& file) {
  LoadedWebConfig loaded;
  FileFindings findings{file.string(), loaded.errors};
  FileFindings warnings{file.string(), loaded.warnings};
  loaded.files.push_back(stamp_of(file));
  const Result<std::string> text = read_text_file(file);
  if (!text) {
    loaded.errors.push_back(
        {file.string(), 1, 1, "the file can't be read: " + text.error().detail});
    return loaded;
  }

  YamlNode root = parse_yaml(*text, findings);
  refuse_emptiness(root, "the web configuration", findings);
  MapReader map(root, "the web configuration", findings);
  if (const YamlNode* tls = map.map("tls_server_config"))
    loaded.config.tls =
        read_tls_settings(*tls, {file.parent_path(), loaded.files}, findings, warnings);
  loaded.config.trusted_clients_only =
      loaded.config.tls && lets_in_trusted_only(*loaded.config.tls);
  if (const YamlNode* http = map.map("http_server_config"))
    read_http_server(*http, loaded.config, findings);
  if (const YamlNode* users = map.map("basic_auth_users"))
    read_users(*users, loaded.config, findings, warnings);
  if (const YamlNode* limit = map.map("rate_limit"))
    read_rate_limit(*limit, loaded.config, findings);
  map.refuse_unknown();

  std::ranges::stable_sort(loaded.errors);
  std::ranges::stable_sort(loaded.warnings);
  if (!loaded.errors.empty())
    loaded.warnings.clear();
  return loaded;
}

}  // namespace tenantscope
