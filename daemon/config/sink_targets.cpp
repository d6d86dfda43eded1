#include "config/sink_targets.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "config/http/http_client.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t least_key_bytes = 24;  // Standard Webhooks'

// Findings about URLs don't say them: many a webhook's is a secret itself.
std::optional<Url> read_url(const YamlNode& node, std::string_view what, FileFindings& findings,
                            FileFindings& warnings) {
  Result<Url> url = parse_url(node.scalar);
  if (!url) {
    const auto parts = split_url(node.scalar);
    const bool user = parts && !parts->user.empty();
    findings.add(
        node, fmt::format("{} {}{}", what, url.error().detail, user ? ": use `basic_auth`" : ""));
    return std::nullopt;
  }
  if (url->origin.scheme == "http" && !url->origin.loopback)
    warnings.add(node, fmt::format("{} is reached over plain http: whoever is in between can read "
                                   "and change what is sent; use https:// "
                                   "where that is possible",
                                   quote(url->origin.host)));
  return std::move(*url);
}

// The keys that both kinds of sinks have.
HttpSettings read_http(MapReader& map, const fs::path& folder, FileFindings& findings,
                       FileFindings& warnings) {
  HttpSettings http;
  http.client = read_http_client(
      map, {.folder = folder, .findings = findings, .warnings = warnings, .old_keys = true});
  map.duration("timeout", http.timeout);
  return http;
}

std::vector<fs::path> read_secret_files(const YamlNode& list, const fs::path& folder,
                                        FileFindings& findings, FileFindings& warnings) {
  std::vector<fs::path> files;
  for (const YamlNode& item : list.items) {
    if (findings.end_reading())
      break;
    const YamlNode* name = text_item(item, "a secret file", findings);
    if (!name)
      continue;
    if (name->scalar.empty()) {
      findings.add(*name, "a secret file needs a name");
      continue;
    }
    const fs::path& path = files.emplace_back(secret_path(folder, name->scalar));
    const auto key = read_signing_key(path, secret_patience, findings.cancelled);
    const auto refused = refuse_secret_name(path);
    if (refused && name->scalar.starts_with("whsec_"))
      findings.add(*name, "this is a secret itself: write it to a file, and that file's name here");
    else if (refused)
      findings.add(*name, fmt::format("`secret_files`: {}", *refused));
    else if (!key)
      findings.add(*name, fmt::format("`secret_files`: {}", key.error().detail));
    else if (key->size() < least_key_bytes)
      warnings.add(*name, fmt::format("the signing secret {} has {} bytes, where Standard Webhooks "
                                      "wants {} at least; make another one "
                                      "with: echo whsec_$(openssl rand -base64 32)",
                                      quote(path.native()), key->size(), least_key_bytes));
  }
  return files;
}

// Without the slash at its end; nothing where it was refused.
std::optional<std::string> read_alertmanager_url(const YamlNode& node, FileFindings& findings,
                                                 FileFindings& warnings) {
  constexpr std::string_view what = "an Alertmanager's URL";
  if (!text_item(node, what, findings))
    return std::nullopt;
  const auto url = read_url(node, what, findings, warnings);
  if (!url)
    return std::nullopt;
  std::string text = url->text();
  while (text.ends_with('/'))
    text.pop_back();
  if (text.find('?') != std::string::npos) {
    findings.add(
        node, fmt::format("{} can't have a query in it: leave off the ? and what follows", what));
    return std::nullopt;
  }
  for (std::string_view api : {"/api/v2/alerts", "/api/v1/alerts", "/api/v2", "/api/v1"})
    if (text.ends_with(api)) {
      findings.add(node, fmt::format("{} is written without its API: leave off {}", what, api));
      return std::nullopt;
    }
  return text;
}

std::vector<std::string> read_alertmanager_urls(const YamlNode& list, FileFindings& findings,
                                                FileFindings& warnings) {
  if (list.items.empty())
    findings.add(list, "`urls` has to name at least one Alertmanager");
  std::vector<std::string> urls;
  std::map<std::string, const YamlNode*> places;
  for (const YamlNode& item : list.items) {
    const auto url = read_alertmanager_url(item, findings, warnings);
    if (!url)
      continue;
    if (const auto [first, added] = places.try_emplace(*url, &item); !added)
      findings.add(item, fmt::format("this Alertmanager is there already, at {}:{}",
                                     first->second->line, first->second->column));
    urls.push_back(*url);
  }
  return urls;
}

}  // namespace

WebhookSettings read_webhook(const YamlNode& node, const fs::path& folder, FileFindings& findings,
                             FileFindings& warnings) {
  MapReader map(node, "a webhook", findings);
  WebhookSettings webhook;
  if (const YamlNode* written = map.required_text("url"))
    if (const auto url = read_url(*written, "`url`", findings, warnings))
      webhook.url = url->text();
  if (const YamlNode* list = map.list("secret_files"))
    webhook.secret_files = read_secret_files(*list, folder, findings, warnings);
  map.boolean("batch", webhook.batch);
  webhook.http = read_http(map, folder, findings, warnings);
  map.refuse_unknown();
  return webhook;
}

AlertmanagerSettings read_alertmanager(const YamlNode& node, const fs::path& folder,
                                       FileFindings& findings, FileFindings& warnings) {
  MapReader map(node, "an Alertmanager sink", findings);
  AlertmanagerSettings alertmanager;
  if (const YamlNode* list = map.required_list("urls"))
    alertmanager.urls = read_alertmanager_urls(*list, findings, warnings);
  map.duration("hold", alertmanager.hold);
  alertmanager.http = read_http(map, folder, findings, warnings);
  map.refuse_unknown();
  return alertmanager;
}

}  // namespace tenantscope
