#include "commands/check/plugin_line.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/plain_text.hpp"
#include "domain/environment.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t line_limit = 1000;  // of the 4 KB that Nagios reads
constexpr std::size_t shortest_name = 16;
constexpr std::size_t scope_limit = 12;
constexpr std::size_t detail_limit = 500;

// A `|` begins the performance data.
std::string safe(std::string_view text, std::size_t limit) {
  std::string plain = plain_text(text, limit);
  std::ranges::replace(plain, '|', '?');
  return plain;
}

std::string headline(PluginState state, std::string_view name, std::string_view rest) {
  const std::string beginning = fmt::format("TENANTSCOPE {} - ", to_string(state));
  const std::string end = safe(rest, line_limit);
  const std::size_t room = line_limit - std::min(line_limit, beginning.size() + end.size());
  return safe(beginning + safe(name, std::max(room, shortest_name)) + end, line_limit);
}

std::string in_words(const ServiceCheck& check) {
  const Finding& finding = check.finding;
  if (!finding.found)
    return fmt::format(" is not found in {}", safe(check.key.asked, scope_limit));
  const std::string scope =
      finding.region_scope.empty() ? "no scope" : safe(finding.region_scope, scope_limit);
  switch (check.verdict.state) {
    case B2b::supported:
      return fmt::format(" supports B2B ({})", scope);
    case B2b::not_supported:
      return fmt::format(" does not support B2B ({})", scope);
    case B2b::unknown:
      return fmt::format(": B2B unknown ({})", scope);
  }
  return "";
}

std::string against(const ServiceCheck& check, const Expectation& expect) {
  if (tenant_state(check, expect) != PluginState::critical || (!expect.b2b && !expect.region_scope))
    return "";
  if (expect.b2b && check.verdict.state != *expect.b2b)
    return ", unexpected";
  return fmt::format(", expected scope {}", expect.region_scope->empty()
                                                ? "none"
                                                : safe(*expect.region_scope, scope_limit));
}

std::string expected(const Expectation& expect) {
  std::string text;
  if (expect.b2b)
    text = fmt::format("B2B {}", to_string(*expect.b2b));
  if (expect.region_scope)
    text += fmt::format("{}region scope {}", text.empty() ? "" : ", ",
                        expect.region_scope->empty() ? "none" : *expect.region_scope);
  return text;
}

std::string performance(const ServiceCheck& check, const ServiceLimits& limits) {
  std::string data = fmt::format("time={:.3f}s;{};{};0;{}", check.seconds,
                                 limits.warning ? limits.warning->text : "",
                                 limits.critical ? limits.critical->text : "", limits.timeout);
  // Unknown is neither, and a gap in the graph.
  if (check.verdict.state != B2b::unknown)
    data += fmt::format(" b2b={};;;0;1", check.verdict.state == B2b::supported ? 1 : 0);
  return data;
}

void add(std::string& lines, std::string_view name, std::string_view value) {
  if (!value.empty())
    lines += fmt::format("{}: {}\n", safe(name, detail_limit), safe(value, detail_limit));
}

std::string details(const ServiceCheck& check, const Expectation& expect, int verbosity) {
  std::string lines;
  if (verbosity >= 1)
    add(lines, "expected", expected(expect));
  if (!check.failure.empty() && verbosity >= 1)
    add(lines, "failed", check.failure);
  if (check.failure.empty() && verbosity >= 1) {
    if (check.finding.found)
      add(lines, "environment", title(environment_of(&check.finding)));
    add(lines, "meaning", check.verdict.explanation);
    for (const std::string& limit : check.verdict.limits)
      add(lines, "limit", limit);
    add(lines, "rule", fmt::format("{} of {}", check.verdict.rule, to_string(check.verdict.rules)));
    add(lines, "source", check.verdict.source);
  }
  if (verbosity >= 2)
    add(lines, "asked", to_string(check.key));
  if (check.failure.empty() && verbosity >= 2) {
    const Finding& finding = check.finding;
    add(lines, "found", finding.found ? "yes" : "no");
    if (finding.found) {
      add(lines, "region scope", finding.region_scope.empty() ? "none" : finding.region_scope);
      add(lines, "sub scope", finding.sub_scope);
      add(lines, "cloud", finding.cloud.empty() ? "none that is known" : finding.cloud);
      add(lines, "tenant ID", to_string(finding.tenant_id));
    }
  }
  if (verbosity >= 3)
    for (const auto& [name, value] : check.evidence)
      add(lines, name, value);
  return lines;
}

}  // namespace

std::string plugin_output(const ServiceCheck& check, const ServiceLimits& limits, int verbosity) {
  const PluginState state = plugin_state(check, limits);
  if (!check.failure.empty())
    return headline(state, check.key.name, ": " + check.failure) + "\n" +
           details(check, limits.expect, verbosity);
  std::string words = in_words(check) + against(check, limits.expect);
  if (time_state(check.seconds, limits) != PluginState::ok)
    words += fmt::format(", took {:.3f}s", check.seconds);
  else if (state == PluginState::ok && check.verdict.state != B2b::supported)
    words += ", as expected";
  return headline(state, check.key.name, words) + "|" + performance(check, limits) + "\n" +
         details(check, limits.expect, verbosity);
}

std::string plugin_unknown(std::string_view why) {
  const std::string_view first = why.substr(0, why.find('\n'));
  std::string lines = headline(PluginState::unknown, "", first) + "\n";
  while (why.find('\n') != std::string_view::npos) {
    why.remove_prefix(why.find('\n') + 1);
    lines += safe(why.substr(0, why.find('\n')), detail_limit) + "\n";
  }
  return lines;
}

}  // namespace tenantscope
