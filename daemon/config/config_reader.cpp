#include "config/config_reader.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/quotation.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_slip = 40;

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

// Levenshtein's, with two letters in the wrong order as one mistake.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last, last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before_last[j - 2] + 1);
    }
    before_last = std::exchange(last, now);
  }
  return last[b.size()];
}

std::string lower_with_underscores(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    c = c == '-' ? '_' : c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
  return lowered;
}

template <class Number>
bool parse_number(std::string_view text, Number& value) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stopped == end;
}

}  // namespace

std::string suggestion(std::string_view text, std::span<const std::string_view> known,
                       std::string_view list) {
  std::string_view nearest;
  std::size_t least = longest_slip;
  if (text.size() <= longest_slip) {
    const std::string slip = lower_with_underscores(text);
    for (std::string_view word : known) {
      const std::size_t mistakes = distance(slip, lower_with_underscores(word));
      if (mistakes < least && mistakes <= std::max<std::size_t>(1, word.size() / 3)) {
        nearest = word;
        least = mistakes;
      }
    }
  }
  return nearest.empty() ? fmt::format("; {}: {}", list, fmt::join(known, ", "))
                         : fmt::format(", did you mean `{}`?", nearest);
}

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

void MapReader::refuse_unknown() {
  for (const YamlNode& key : node_.keys) {
    if (std::ranges::find(known_, key.scalar) == known_.end())
      findings_.add(key, fmt::format("unknown key {}{}", quote(key.scalar),
                                     suggestion(key.scalar, known_, "the keys here are")));
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
