#include "config/events_section.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/quotation.hpp"
#include "base/user_group.hpp"
#include "config/event_choice.hpp"
#include "config/sink_targets.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

using SinkNames = std::map<std::string, const YamlNode*>;

// [a-zA-Z0-9_-]+
bool is_sink_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::optional<std::string> refuse_sink_path(const fs::path& path) {
  if (!path.has_filename() || path.filename() == ".")
    return "the file's name is missing";
  if (std::ranges::find(path, "..") != path.end())
    return "it may not have `..` in it";
  const fs::path own = path.lexically_normal();
  if (own.filename().native().starts_with("tenantscope.db") || own == "lock" || own == "control")
    return "this is a file of the daemon's own";
  return std::nullopt;
}

// The file is appended to and read by the daemon itself, and run by nobody.
std::optional<std::string_view> refuse_mode(std::uint32_t mode) {
  if ((mode & 0600) != 0600)
    return "the daemon has to read and write it: 06.. at least";
  if ((mode & 0111) != 0)
    return "nobody has to run it";
  if ((mode & 0002) != 0)
    return "everybody could write events";
  return std::nullopt;
}

std::optional<std::uint32_t> parse_mode(std::string_view digits, int base) {
  std::uint32_t mode = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, mode, base);
  if (digits.size() != 3 || error != std::errc{} || stopped != end || mode > 0777)
    return std::nullopt;
  return mode;
}

// 0640 is a number in octal to one YAML and in decimal to another: it is read as it is written, and
// what may be either is refused.
std::optional<std::uint32_t> read_mode(const YamlNode& node, FileFindings& findings) {
  std::string_view digits = node.scalar;
  const bool octal = digits.starts_with('0') && digits.size() > 3;
  if (octal)
    digits.remove_prefix(digits.starts_with("0o") ? 2 : 1);
  const auto mode = parse_mode(digits, 8);
  if (octal && mode) {
    const auto refused = refuse_mode(*mode);
    if (refused)
      findings.add(node, fmt::format("`mode` can't be {:04o}: {}", *mode, *refused));
    return refused ? std::nullopt : mode;
  }
  std::string meant;
  if (mode && !refuse_mode(*mode))
    meant = fmt::format("; did you mean 0{}?", digits);
  else if (const auto decimal = parse_mode(digits, 10); !octal && decimal && !refuse_mode(*decimal))
    meant = fmt::format("; as a decimal number it is {:04o}: in quotes programs leave it alone",
                        *decimal);
  findings.add(node, fmt::format("`mode` has to be three octal digits after a 0, such as 0640, "
                                 "not {}{}",
                                 quote(node.scalar), meant));
  return std::nullopt;
}

FileAccess read_access(MapReader& map, FileFindings& findings, FileFindings& warnings) {
  FileAccess access;
  if (const YamlNode* mode = map.text("mode"))
    access.mode = read_mode(*mode, findings);
  const YamlNode* group = map.text("group");
  if (!group)
    return access;
  access.group = group->scalar;
  if (!access.mode)
    access.mode = 0640;
  if (access.group.empty())
    findings.add(*group, "`group` can't be empty");
  else if (!group_named(access.group))
    warnings.add(*group, fmt::format("this machine has no group {}: events are written, but no "
                                     "group may read them",
                                     quote(access.group)));
  return access;
}

FileSinkSettings read_file_sink(const YamlNode& node, FileFindings& findings,
                                FileFindings& warnings) {
  MapReader map(node, "a file sink", findings);
  FileSinkSettings sink;
  if (const YamlNode* path = map.required_text("path")) {
    sink.path = path->scalar;
    std::error_code unreadable;
    if (const auto refused = refuse_sink_path(sink.path))
      findings.add(*path, fmt::format("`path` can't be {}: {}", quote(path->scalar), *refused));
    else if (const fs::path folder = sink.path.parent_path();
             sink.path.is_absolute() && !fs::is_directory(folder, unreadable))
      warnings.add(*path, fmt::format("the folder {} isn't there: events wait until it is",
                                      quote(folder.string())));
  }
  sink.access = read_access(map, findings, warnings);
  map.refuse_unknown();
  return sink;
}

// Each has exactly one.
void refuse_targets(const YamlNode& node, FileFindings& findings) {
  if (node.kind != YamlNode::Kind::map)
    return;
  std::vector<std::string> targets;
  for (const char* target : {"file", "webhook", "alertmanager"})
    if (node.find(target))
      targets.push_back(fmt::format("`{}`", target));
  if (targets.empty())
    findings.add(node, "a sink needs one of `file`, `webhook` and `alertmanager`");
  else if (targets.size() > 1)
    findings.add(node, fmt::format("a sink has one target, not {}: make each a sink of its own",
                                   fmt::join(targets, " and ")));
}

SinkSettings read_sink(const YamlNode& node, const fs::path& folder, SinkNames& names,
                       FileFindings& findings, FileFindings& warnings) {
  MapReader map(node, "a sink", findings);
  SinkSettings sink;
  if (const YamlNode* name = map.required_text("name")) {
    sink.name = name->scalar;
    if (!is_sink_name(sink.name))
      findings.add(
          *name, fmt::format("a sink can't be named {}: a name is made of letters, digits, - and _",
                             quote(sink.name)));
    else if (const auto [first, added] = names.try_emplace(sink.name, name); !added)
      findings.add(*name, fmt::format("there is a sink `{}` already, at {}:{}", sink.name,
                                      first->second->line, first->second->column));
  }
  if (const YamlNode* match = map.map("match"))
    sink.match = read_match(*match, findings, warnings);
  if (const YamlNode* file = map.map("file"))
    sink.target = read_file_sink(*file, findings, warnings);
  if (const YamlNode* webhook = map.map("webhook"))
    sink.target = read_webhook(*webhook, folder, findings, warnings);
  if (const YamlNode* manager = map.map("alertmanager"))
    sink.target = read_alertmanager(*manager, folder, findings, warnings);
  refuse_targets(node, findings);
  map.refuse_unknown();
  return sink;
}

// Of the characters that a URI reference may have; a plain name is one.
bool is_source(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
  });
}

}  // namespace

EventSettings read_events(const YamlNode& node, const fs::path& folder, FileFindings& findings,
                          FileFindings& warnings) {
  MapReader map(node, "`events`", findings);
  EventSettings events;
  if (const YamlNode* source = map.text("source")) {
    events.source = source->scalar;
    if (!is_source(events.source))
      findings.add(*source,
                   fmt::format("`source` has to be a URI or a plain name without spaces, not {}",
                               quote(events.source)));
  }
  map.duration("retention", events.retention);
  map.whole_number("retention_events", events.retention_events, 1, 1'000'000'000);
  if (const YamlNode* severity = map.map("severity"))
    events.severities = read_severities(*severity, findings);
  if (const YamlNode* sinks = map.list("sinks")) {
    SinkNames names;
    for (const YamlNode& sink : sinks->items) {
      if (findings.end_reading())
        break;
      events.sinks.push_back(read_sink(sink, folder, names, findings, warnings));
    }
  }
  map.refuse_unknown();
  return events;
}

}  // namespace tenantscope
