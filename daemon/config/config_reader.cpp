#include "config/config_reader.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text/quotation.hpp"

namespace tenantscope {
namespace {

std::string_view found(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a single value";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::alias:
      break;
  }
  return "an alias";
}

template <class Number>
bool parse_number(std::string_view text, Number& value) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stopped == end;
}

}  // namespace

MapReader::MapReader(const YamlNode& node, std::string_view what, FileFindings& findings)
    : node_(node), what_(what), findings_(findings) {
  known_.reserve(16);
  if (node.kind != YamlNode::Kind::map && node.kind != YamlNode::Kind::alias)
    findings_.add(node, fmt::format("{} has to be a map, not {}", what, found(node)));
}

const YamlNode* MapReader::value(std::string_view key, YamlNode::Kind kind,
                                 std::string_view kind_name) {
  known_.push_back(key);
  const YamlNode* node = node_.find(key);
  if (!node || node->kind == YamlNode::Kind::alias)
    return nullptr;
  if (node->kind == kind)
    return node;
  if (node->kind == YamlNode::Kind::null)
    findings_.add(*node, fmt::format("`{}` has to be {}, but is empty", key, kind_name));
  else
    findings_.add(*node, fmt::format("`{}` has to be {}, not {}", key, kind_name, found(*node)));
  return nullptr;
}

const YamlNode* MapReader::text(std::string_view key) {
  const YamlNode* node = value(key, YamlNode::Kind::scalar, "a text");
  if (!node || node->scalar.find('\0') == std::string::npos)
    return node;
  findings_.add(*node, fmt::format("`{}` has a NUL character in it: take it out", key));
  return nullptr;
}

const YamlNode* MapReader::required_text(std::string_view key) {
  if (node_.kind == YamlNode::Kind::map && !has(key))
    findings_.add(node_, fmt::format("{} needs a `{}`", what_, key));
  return text(key);
}

const YamlNode* MapReader::map(std::string_view key) {
  return value(key, YamlNode::Kind::map, "a map");
}

const YamlNode* MapReader::map_or_null(std::string_view key) {
  const YamlNode* node = node_.find(key);
  if (!node || node->kind != YamlNode::Kind::null)
    return map(key);
  known_.push_back(key);
  return nullptr;
}

const YamlNode* MapReader::list(std::string_view key) {
  return value(key, YamlNode::Kind::sequence, "a list");
}

const YamlNode* MapReader::required_list(std::string_view key) {
  if (node_.kind == YamlNode::Kind::map && !has(key))
    findings_.add(node_, fmt::format("{} needs a list `{}`", what_, key));
  return list(key);
}

const YamlNode* MapReader::plain(std::string_view key, std::string_view kind_name) {
  const YamlNode* node = value(key, YamlNode::Kind::scalar, kind_name);
  if (!node || !node->quoted)
    return node;
  findings_.add(*node, fmt::format("`{}` has to be {}: write it without quotes", key, kind_name));
  return nullptr;
}

bool MapReader::duration(std::string_view key, Duration& value_read) {
  const YamlNode* node = value(key, YamlNode::Kind::scalar, "a duration");
  if (!node)
    return false;
  const auto duration = parse_duration(node->scalar);
  if (!duration) {
    findings_.add(
        *node, fmt::format("`{}` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not {}",
                           key, quote(node->scalar)));
    return false;
  }
  if (*duration <= Duration::zero()) {
    findings_.add(*node, fmt::format("`{}` has to be more than 0", key));
    return false;
  }
  value_read = *duration;
  return true;
}

void MapReader::boolean(std::string_view key, bool& value_read) {
  const YamlNode* node = plain(key, "true or false");
  if (!node)
    return;
  if (node->scalar == "true" || node->scalar == "false")
    value_read = node->scalar == "true";
  else
    findings_.add(*node,
                  fmt::format("`{}` has to be true or false, not {}", key, quote(node->scalar)));
}

void MapReader::number(std::string_view key, double& value_read, double least, double most) {
  const YamlNode* node = plain(key, "a number");
  if (!node)
    return;
  double number = 0;
  if (parse_number(node->scalar, number) && number >= least && number <= most)
    value_read = number;
  else
    findings_.add(*node, fmt::format("`{}` has to be a number from {} to {}, not {}", key, least,
                                     most, quote(node->scalar)));
}

bool MapReader::read_whole_number(std::string_view key, int& value_read, int least, int most) {
  const YamlNode* node = plain(key, "a whole number");
  if (!node)
    return false;
  if (parse_number(node->scalar, value_read) && value_read >= least && value_read <= most)
    return true;
  findings_.add(*node, fmt::format("`{}` has to be a whole number from {} to {}, not {}", key,
                                   least, most, quote(node->scalar)));
  return false;
}

const YamlNode* MapReader::old_text(std::string_view key) {
  const YamlNode* node = text(key);
  known_.pop_back();
  unsuggested_.push_back(key);
  return node;
}

void MapReader::refuse(std::string_view key, std::string_view why) {
  unsuggested_.push_back(key);
  const auto written = std::ranges::find(node_.keys, key, &YamlNode::scalar);
  if (written != node_.keys.end())
    findings_.add(*written, fmt::format("`{}` isn't taken: {}", key, why));
}

void MapReader::refuse_unknown() {
  for (const YamlNode& key : node_.keys) {
    if (std::ranges::find(known_, key.scalar) != known_.end() ||
        std::ranges::find(unsuggested_, key.scalar) != unsuggested_.end())
      continue;
    const bool seems_blank = key.scalar.find("\u00a0") != std::string::npos;
    findings_.add(key,
                  fmt::format("unknown key {}{}", quote(key.scalar),
                              seems_blank ? ": \\xa0 is a no-break space, which looks like a space"
                                          : suggestion(key.scalar, known_, "the keys here are")));
  }
}

void refuse_emptiness(YamlNode& root, std::string_view what, FileFindings& findings) {
  if (root.kind != YamlNode::Kind::null)
    return;
  if (!findings.any() && !is_cancelled(findings.cancelled))
    findings.add(
        root,
        fmt::format("{} is empty, or has nothing but comments; write {{}} for the defaults", what));
  root.kind = YamlNode::Kind::map;
}

const YamlNode* text_item(const YamlNode& item, std::string_view what, FileFindings& findings) {
  if (item.kind == YamlNode::Kind::alias)
    return nullptr;
  if (item.kind == YamlNode::Kind::scalar && item.scalar.find('\0') == std::string::npos)
    return &item;
  const auto instead =
      item.kind == YamlNode::Kind::scalar ? "one with a NUL character" : found(item);
  findings.add(item, fmt::format("{} has to be a text, not {}", what, instead));
  return nullptr;
}

}  // namespace tenantscope
