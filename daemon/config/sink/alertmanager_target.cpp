#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "config/secret_file.hpp"
#include "config/sink/sink_kinds.hpp"
#include "config/sink/sink_url.hpp"
#include "config/sink_targets.hpp"

namespace tenantscope {
namespace {

// The URL has no slash at its end then; nothing: it was refused.
std::optional<std::string> read_alertmanager_url(const YamlNode& node, const SinkInput& input) {
  constexpr std::string_view what = "an Alertmanager's URL";
  if (!text_item(node, what, input.findings))
    return std::nullopt;
  const auto url = read_sink_url(node, what, input);
  if (!url)
    return std::nullopt;
  std::string text = url->text();
  while (text.ends_with('/'))
    text.pop_back();
  if (text.find('?') != std::string::npos) {
    input.findings.add(
        node, fmt::format("{} can't have a query in it: leave off the ? and what follows", what));
    return std::nullopt;
  }
  for (std::string_view api : {"/api/v2/alerts", "/api/v1/alerts", "/api/v2", "/api/v1"})
    if (text.ends_with(api)) {
      input.findings.add(node,
                         fmt::format("{} is written without its API: leave off {}", what, api));
      return std::nullopt;
    }
  return text;
}

std::vector<std::string> read_alertmanager_urls(const YamlNode& list, const SinkInput& input) {
  std::vector<std::string> urls;
  std::map<std::string, const YamlNode*> places;
  for (const YamlNode& item : list.items) {
    const auto url = read_alertmanager_url(item, input);
    if (!url)
      continue;
    if (const auto [first, added] = places.try_emplace(*url, &item); !added)
      input.findings.add(item, fmt::format("this Alertmanager is there already, at {}:{}",
                                           first->second->line, first->second->column));
    urls.push_back(*url);
  }
  return urls;
}

std::vector<std::filesystem::path> read_url_files(const YamlNode& list, const SinkInput& input) {
  std::vector<std::filesystem::path> files;
  for (const YamlNode& item : list.items) {
    const YamlNode* name = text_item(item, "a URL's file", input.findings);
    if (!name)
      continue;
    if (name->scalar.empty())
      input.findings.add(*name, "a URL's file needs a name");
    else
      files.push_back(read_url_file(*name, "url_files", input));
  }
  return files;
}

}  // namespace

SinkTarget read_alertmanager_target(const SinkInput& input) {
  MapReader map(input.node, "an Alertmanager sink", input.findings);
  AlertmanagerSettings alertmanager;
  const bool by_files = map.has("url_files");
  const YamlNode* urls = by_files ? map.list("urls") : map.required_list("urls");
  const YamlNode* files = map.list("url_files");
  if (urls)
    alertmanager.urls = read_alertmanager_urls(*urls, input);
  if (files)
    alertmanager.url_files = read_url_files(*files, input);
  if ((urls && urls->items.empty() && !files) || (files && files->items.empty() && !urls))
    input.findings.add(urls ? *urls : *files, fmt::format("`{}` has to name at least one "
                                                          "Alertmanager",
                                                          urls ? "urls" : "url_files"));
  map.duration("hold", alertmanager.hold);
  alertmanager.http = read_http(map, input.folder, input.findings, input.warnings);
  map.refuse_unknown();
  return alertmanager;
}

}  // namespace tenantscope
