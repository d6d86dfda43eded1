#include "formats/sink_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <map>
#include <variant>
#include <vector>

#include "formats/http_client_yaml.hpp"
#include "formats/yaml_text.hpp"

namespace tenantscope {
namespace {

using yaml::list_of;
using yaml::scalar;

std::string file_scalar(const std::filesystem::path& file) { return scalar(file.native()); }

std::string files_map(const std::map<std::string, std::filesystem::path>& files) {
  std::vector<std::string> items;
  items.reserve(files.size());
  for (const auto& [name, file] : files)
    items.push_back(fmt::format("{}: {}", scalar(name), file_scalar(file)));
  return fmt::format("{{{}}}", fmt::join(items, ", "));
}

std::string http_keys(const HttpSettings& http) {
  return fmt::format("{}, timeout: {}", http_client_keys(http.client), to_string(http.timeout));
}

std::string target_of(const FileSinkSettings& file) {
  const auto& [mode, group] = file.access;
  return fmt::format("file: {{path: {}{}{}}}", scalar(file.path.native()),
                     mode ? fmt::format(", mode: \"{:04o}\"", *mode) : "",
                     group.empty() ? "" : ", group: " + scalar(group));
}

std::string message_keys(const WebhookSettings& webhook) {
  std::string keys;
  if (!webhook.message.name.empty())
    keys += fmt::format("template: {}, ", scalar(webhook.message.name));
  if (!webhook.message.value_files.empty())
    keys += fmt::format("template_value_files: {}, ", files_map(webhook.message.value_files));
  if (!webhook.content_type.empty())
    keys += fmt::format("content_type: {}, ", scalar(webhook.content_type));
  if (!webhook.success_body.empty())
    keys += fmt::format("success_body: {}, ", scalar(webhook.success_body));
  return keys;
}

// Who knows a webhook's URL may post there.
std::string target_of(const WebhookSettings& webhook) {
  const std::string address = webhook.url_file.empty()
                                  ? "url: " + scalar(masked_secret)
                                  : "url_file: " + scalar(webhook.url_file.native());
  return fmt::format("webhook: {{{}, secret_files: {}, batch: {}, {}{}}}", address,
                     list_of(webhook.secret_files, file_scalar), webhook.batch,
                     message_keys(webhook), http_keys(webhook.http));
}

std::string target_of(const AlertmanagerSettings& alertmanager) {
  std::string addresses;
  if (alertmanager.url_files.empty() || !alertmanager.urls.empty())
    addresses += fmt::format("urls: {}, ", list_of(alertmanager.urls, scalar));
  if (!alertmanager.url_files.empty())
    addresses += fmt::format("url_files: {}, ", list_of(alertmanager.url_files, file_scalar));
  return fmt::format("alertmanager: {{{}hold: {}, {}}}", addresses, to_string(alertmanager.hold),
                     http_keys(alertmanager.http));
}

}  // namespace

// Each kind of sink has its own target_of().
std::string sink_target_yaml(const SinkTarget& target) {
  return std::visit([](const auto& one) { return target_of(one); }, target);
}

}  // namespace tenantscope
