#include <algorithm>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text_file.hpp"
#include "config/secret_file.hpp"
#include "config/sink/sink_kinds.hpp"
#include "config/sink/sink_url.hpp"
#include "config/sink_targets.hpp"
#include "formats/template/message_template.hpp"
#include "formats/template/named_templates.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t least_key_bytes = 24;  // Standard Webhooks'
constexpr std::size_t longest_success_body = 256;

// A signing secret is judged, too.
void judge_secret_file(const YamlNode& name, const fs::path& path, const SinkInput& input) {
  const auto key = read_signing_key(path, secret_patience, input.findings.cancelled);
  const auto refused = refuse_secret_name(path);
  if (refused && name.scalar.starts_with("whsec_"))
    input.findings.add(name,
                       "this is a secret itself: write it to a file, and that file's name here");
  else if (refused)
    input.findings.add(name, fmt::format("`secret_files`: {}", *refused));
  else if (!key)
    input.findings.add(name, fmt::format("`secret_files`: {}", key.error().detail));
  else if (key->size() < least_key_bytes)
    input.warnings.add(name, fmt::format("the signing secret {} has {} bytes, where Standard "
                                         "Webhooks wants {} at least; make another one "
                                         "with: echo whsec_$(openssl rand -base64 32)",
                                         quote(path.native()), key->size(), least_key_bytes));
}

std::vector<fs::path> read_secret_files(const YamlNode& list, const SinkInput& input) {
  std::vector<fs::path> files;
  for (const YamlNode& item : list.items) {
    if (input.findings.end_reading())
      break;
    const YamlNode* name = text_item(item, "a secret file", input.findings);
    if (!name)
      continue;
    if (name->scalar.empty()) {
      input.findings.add(*name, "a secret file needs a name");
      continue;
    }
    files.push_back(secret_path(input.folder, name->scalar));
    judge_secret_file(*name, files.back(), input);
  }
  return files;
}

void read_webhook_address(MapReader& map, const SinkInput& input, WebhookSettings& webhook) {
  const YamlNode* url = map.text("url");
  const YamlNode* file = map.text("url_file");
  if (url && file)
    input.findings.add(*file, "`url` and `url_file` exclude each other: leave one off");
  else if (!map.has("url") && !map.has("url_file"))
    input.findings.add(input.node, "a webhook needs `url`, or `url_file` where it is a secret");
  if (url)
    if (const auto read = read_sink_url(*url, "`url`", input))
      webhook.url = read->text();
  if (!file)
    return;
  if (file->scalar.empty())
    input.findings.add(*file, "`url_file` can't be empty");
  else
    webhook.url_file = read_url_file(*file, "url_file", input);
}

bool is_value_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void read_value_files(const YamlNode& node, const SinkInput& input, MessageSettings& message) {
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (input.findings.end_reading())
      break;
    const YamlNode& key = node.keys[i];
    if (!is_value_name(key.scalar)) {
      input.findings.add(key, fmt::format("a value can't be named {}: a name is made of letters, "
                                          "digits and _",
                                          quote(key.scalar)));
      continue;
    }
    const YamlNode* name = text_item(node.items[i], "a value's file", input.findings);
    if (!name)
      continue;
    if (name->scalar.empty())
      input.findings.add(*name, "a value's file needs a name");
    else
      message.value_files[key.scalar] =
          read_secret_file(*name, "template_value_files", input.folder, input.findings);
  }
}

// Of our own, or a file.
std::optional<std::string> read_text(const YamlNode& name, const fs::path& path,
                                     const SinkInput& input) {
  if (const auto named = named_template(name.scalar))
    return std::string(*named);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    input.findings.add(name, fmt::format("there is neither a template named {} ({} come with the "
                                         "program) nor a file {}",
                                         quote(name.scalar), template_names, quote(path.native())));
    return std::nullopt;
  }
  Result<std::string> text =
      read_text_file(path, {.bytes = largest_template, .cancelled = input.findings.cancelled});
  if (text)
    return std::move(*text);
  input.findings.add(name, fmt::format("`template` {} can't be read: {}", quote(path.native()),
                                       text.error().detail));
  return std::nullopt;
}

// Findings are where they are in the template.
void judge_template(const YamlNode& name, const fs::path& path, const SinkInput& input,
                    const MessageSettings& message) {
  std::set<std::string> values;
  for (const auto& [value, file] : message.value_files)
    values.insert(value);
  const bool named = named_template(name.scalar).has_value();
  FileFindings own(path.string(), input.findings.all, input.findings.cancelled);
  for (const TemplateFinding& finding : check_template(message.text, values)) {
    if (named)
      input.findings.add(name, fmt::format("`template` {}: {}", name.scalar, finding.message));
    else
      own.add(TextPlace{finding.line, finding.column}, finding.message);
  }
}

void read_message(MapReader& map, const SinkInput& input, WebhookSettings& webhook) {
  MessageSettings& message = webhook.message;
  const YamlNode* name = map.text("template");
  const YamlNode* values = map.map("template_value_files");
  if (!name) {
    if (values)
      input.findings.add(*values, "`template_value_files` are values of a `template`");
    return;
  }
  if (values)
    read_value_files(*values, input, message);
  if (webhook.batch)
    input.findings.add(*name, "`batch` is of CloudEvents: leave it off beside a `template`");
  if (name->scalar.empty())
    return input.findings.add(*name, "`template` can't be empty");
  const fs::path path = fs::absolute(input.folder / name->scalar).lexically_normal();
  message.name = named_template(name->scalar) ? name->scalar : path.native();
  if (auto text = read_text(*name, path, input)) {
    message.text = std::move(*text);
    judge_template(*name, path, input, message);
  }
}

bool is_header_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void read_answer_keys(MapReader& map, const SinkInput& input, WebhookSettings& webhook) {
  if (const YamlNode* type = map.text("content_type")) {
    webhook.content_type = type->scalar;
    const auto slash = type->scalar.find('/');
    if (slash == 0 || slash == std::string::npos || slash + 1 == type->scalar.size() ||
        !is_header_text(type->scalar))
      input.findings.add(*type, fmt::format("`content_type` has to be one such as "
                                            "application/json, not {}",
                                            quote(type->scalar)));
  }
  if (const YamlNode* body = map.text("success_body")) {
    webhook.success_body = body->scalar;
    if (body->scalar.empty() || body->scalar.size() > longest_success_body)
      input.findings.add(*body, fmt::format("`success_body` has to be a text of 1 to {} bytes",
                                            longest_success_body));
  }
}

}  // namespace

SinkTarget read_webhook_target(const SinkInput& input) {
  MapReader map(input.node, "a webhook", input.findings);
  WebhookSettings webhook;
  read_webhook_address(map, input, webhook);
  if (const YamlNode* list = map.list("secret_files"))
    webhook.secret_files = read_secret_files(*list, input);
  map.boolean("batch", webhook.batch);
  read_message(map, input, webhook);
  read_answer_keys(map, input, webhook);
  webhook.http = read_http(map, input.folder, input.findings, input.warnings);
  map.refuse_unknown();
  return webhook;
}

}  // namespace tenantscope
