#include "config/events_section.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/quotation.hpp"
#include "config/event_choice.hpp"
#include "config/sink/sink_kinds.hpp"

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

std::string kind_names(std::span<const SinkKind> kinds) {
  std::vector<std::string> names;
  for (const SinkKind& kind : kinds.first(kinds.size() - 1))
    names.push_back(fmt::format("`{}`", kind.key));
  return fmt::format("{} and `{}`", fmt::join(names, ", "), kinds.back().key);
}

// Each has exactly one.
void refuse_targets(const YamlNode& node, FileFindings& findings) {
  if (node.kind != YamlNode::Kind::map)
    return;
  std::vector<std::string> targets;
  for (const SinkKind& kind : sink_kinds())
    if (node.find(kind.key))
      targets.push_back(fmt::format("`{}`", kind.key));
  if (targets.empty())
    findings.add(node, fmt::format("a sink needs one of {}", kind_names(sink_kinds())));
  else if (targets.size() > 1)
    findings.add(node, fmt::format("a sink has one target, not {}: make each a sink of its own",
                                   fmt::join(targets, " and ")));
}

std::vector<EventKind> all_but_baselines() {
  std::vector<EventKind> kinds(event_kinds.begin(), event_kinds.end());
  std::erase(kinds, EventKind::baselined);
  return kinds;
}

void read_target(const SinkKind& kind, const SinkInput& input, SinkSettings& sink) {
  sink.target = kind.read(input);
  if (!kind.takes_baselines && sink.match.types.empty())
    sink.match.types = all_but_baselines();
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
  for (const SinkKind& kind : sink_kinds())
    if (const YamlNode* keys = map.map(kind.key))
      read_target(kind, {*keys, folder, findings, warnings}, sink);
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
