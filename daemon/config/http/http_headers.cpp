#include "config/http/http_headers.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/text/ascii.hpp"
#include "base/text/quotation.hpp"
#include "config/http/header_name.hpp"
#include "config/http/http_secret.hpp"
#include "config/named_value.hpp"

namespace tenantscope {
namespace {

// Names that aren't people's to set, in lower case, and why.
constexpr Named<std::string_view> taken[] = {
    {"host", "it comes from the URL"},
    {"authorization", "write `basic_auth`, `authorization` or `oauth2`"},
    {"cookie", "no cookies are sent"},
    {"content-type", "it says what is sent"},
    {"content-encoding", "it says how it is sent"},
    {"accept-encoding", "answers are read as they come"},
    {"content-length", "it frames the request"},
    {"transfer-encoding", "it frames the request"},
    {"connection", "it frames the request"},
    {"keep-alive", "it frames the request"},
    {"te", "it frames the request"},
    {"trailer", "it frames the request"},
    {"upgrade", "it frames the request"},
    {"expect", "it frames the request"},
    {"range", "answers are read whole"},
};

std::optional<std::string_view> refuse_header(std::string_view name) {
  const std::string lowered = lower(name);
  for (const auto& [known, why] : taken)
    if (known == lowered)
      return why;
  if (lowered.starts_with("proxy-"))
    return "write `proxy_basic_auth`";
  if (lowered.starts_with("webhook-"))
    return "Standard Webhooks' own name is written by the sink";
  if (lowered.starts_with("ce-"))
    return "CloudEvents' own name is written by the sink";
  if (lowered.starts_with("if-"))
    return "whether there is something new is asked where it is known";
  return std::nullopt;
}

std::vector<std::string> read_values(const YamlNode& list, const HttpPlace& place) {
  std::vector<std::string> values;
  for (const YamlNode& item : list.items) {
    const YamlNode* value = text_item(item, "a header's value", place.findings);
    if (!value)
      continue;
    const bool control = std::ranges::any_of(
        value->scalar, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
    if (trimmed(value->scalar).empty() || control)
      place.findings.add(*value,
                         "a header's value has to be one line without control characters, "
                         "and not empty");
    values.push_back(value->scalar);
  }
  return values;
}

HttpHeaderSettings read_header(const YamlNode& key, const YamlNode& node, const HttpPlace& place) {
  MapReader map(node, "a header", place.findings);
  HttpHeaderSettings header{.name = key.scalar};
  if (const YamlNode* values = map.list("values"))
    header.values = read_values(*values, place);
  if (!place.texts)
    map.refuse("secrets", "write each to a file of its own, and that file's name at `files`");
  else if (const YamlNode* secrets = map.list("secrets"))
    std::ranges::copy(read_values(*secrets, place), std::back_inserter(header.values));
  if (const YamlNode* files = map.list("files"))
    for (const YamlNode& item : files->items)
      if (const YamlNode* file = text_item(item, "a header's file", place.findings))
        header.files.push_back(read_secret_path(*file, "files", place));
  if (node.kind == YamlNode::Kind::map && header.values.empty() && header.files.empty())
    place.findings.add(key, fmt::format("{} has no value: write {{values: [TEXT]}}, or {{files: "
                                        "[FILE]}}",
                                        quote(key.scalar)));
  map.refuse_unknown();
  return header;
}

}  // namespace

std::vector<HttpHeaderSettings> read_http_headers(const YamlNode& node, const HttpPlace& place) {
  std::vector<HttpHeaderSettings> headers;
  std::set<std::string> names;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const YamlNode& key = node.keys[i];
    if (!is_header_name(key.scalar))
      place.findings.add(key, fmt::format("{} is no header's name: write letters, digits and -",
                                          quote(key.scalar)));
    else if (const auto why = refuse_header(key.scalar))
      place.findings.add(key,
                         fmt::format("the header {} can't be set: {}", quote(key.scalar), *why));
    else if (!names.insert(lower(key.scalar)).second)
      place.findings.add(key, fmt::format("the header {} is there already: write its values as "
                                          "one list",
                                          quote(key.scalar)));
    headers.push_back(read_header(key, node.items[i], place));
  }
  return headers;
}

}  // namespace tenantscope
