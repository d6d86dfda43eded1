#include "simulator/scenario.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/text_file.hpp"
#include "config/config_reader.hpp"
#include "domain/finding.hpp"
#include "domain/tenant.hpp"
#include "simulator/document.hpp"

namespace tenantscope::simulator {
namespace {

using Keys = std::span<const std::string_view>;
using namespace std::string_view_literals;
constexpr std::array scenario_keys{"latency"sv, "tenants"sv, "faults"sv};
constexpr std::array tenant_keys{"name"sv,      "found"sv, "tenant_id"sv,
                                 "cloud"sv,     "hosts"sv, "region_scope"sv,
                                 "sub_scope"sv, "fault"sv, "timeline"sv};
constexpr std::array patch_keys{"found"sv,        "tenant_id"sv, "cloud"sv, "hosts"sv,
                                "region_scope"sv, "sub_scope"sv, "fault"sv};
constexpr std::array step_keys{"at"sv,    "found"sv,        "tenant_id"sv, "cloud"sv,
                               "hosts"sv, "region_scope"sv, "sub_scope"sv, "fault"sv};
constexpr std::array fault_step_keys{"at"sv, "fault"sv};

constexpr std::array plain_keys{"kind"sv, "count"sv, "for"sv};
constexpr std::array throttle_keys{"kind"sv, "count"sv, "for"sv, "retry_after"sv,
                                   "retry_after_date"sv};
constexpr std::array status_keys{
    "kind"sv, "count"sv, "for"sv, "retry_after"sv, "retry_after_date"sv, "status"sv, "empty"sv};
constexpr std::array slow_keys{"kind"sv, "count"sv, "for"sv, "delay"sv};
constexpr std::array redirect_keys{"kind"sv, "count"sv, "for"sv, "location"sv};

// In the order of FaultKind.
constexpr std::array fault_names{
    "none"sv, "throttle"sv, "status"sv,   "slow"sv,  "hang"sv,     "cut"sv,         "reset"sv,
    "html"sv, "redirect"sv, "encoding"sv, "large"sv, "bad_json"sv, "wrong_tenant"sv};

Keys keys_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::throttle:
      return throttle_keys;
    case FaultKind::status:
      return status_keys;
    case FaultKind::slow:
      return slow_keys;
    case FaultKind::redirect:
      return redirect_keys;
    default:
      return plain_keys;
  }
}

class Reader {
 public:
  Reader(std::string file, Findings& findings) : findings_(std::move(file), findings) {}

  Scenario scenario(const YamlNode& root) {
    Scenario scenario;
    each_member(root, "the scenario", scenario_keys,
                [&](std::string_view key, const YamlNode& value) {
                  if (key == "latency")
                    set(scenario.latency, duration(value));
                  if (key == "tenants")
                    each_item(value, [&](const YamlNode& item) { add_tenant(scenario, item); });
                  if (key == "faults")
                    each_item(value, [&](const YamlNode& item) {
                      scenario.faults.push_back(step(item, fault_step_keys));
                    });
                });
    return scenario;
  }

  Patch patch(const YamlNode& node) {
    Patch patch;
    each_member(node, "a change of a tenant", patch_keys,
                [&](std::string_view key, const YamlNode& value) { change(patch, key, value); });
    return patch;
  }

  Fault fault(const YamlNode& node) {
    Fault fault;
    if (node.kind == YamlNode::Kind::null)
      return fault;
    const YamlNode* named = node.kind == YamlNode::Kind::map ? node.find("kind") : &node;
    if (!named || named->kind != YamlNode::Kind::scalar)
      return fail(node, "a fault is its name, or a map with the name as `kind`"), fault;
    const auto name = std::ranges::find(fault_names, named->scalar);
    if (name == fault_names.end())
      return fail(*named, fmt::format("unknown fault `{}`{}", named->scalar,
                                      suggestion(named->scalar, fault_names, "the faults are"))),
             fault;

    fault.kind = FaultKind(name - fault_names.begin());
    if (fault.kind == FaultKind::throttle)
      fault.retry_after = std::chrono::seconds(60);
    if (node.kind != YamlNode::Kind::map)
      return fault;
    each_member(node, fmt::format("a fault `{}`", *name), keys_of(fault.kind),
                [&](std::string_view detail, const YamlNode& value) {
                  if (detail == "count")
                    set(fault.count, integer(value, 1, 1'000'000'000));
                  if (detail == "for")
                    set(fault.lasts, duration(value));
                  if (detail == "status")
                    set(fault.status, integer(value, 400, 599));
                  if (detail == "empty")
                    set(fault.empty, boolean(value));
                  if (detail == "delay")
                    set(fault.delay, duration(value));
                  if (detail == "location")
                    set(fault.location, header_text(value));
                  if (detail.starts_with("retry_after")) {
                    set(fault.retry_after, duration(value));
                    fault.retry_after_as_date = detail == "retry_after_date";
                  }
                });
    return fault;
  }

 private:
  void fail(const YamlNode& node, std::string message) {
    if (node.kind != YamlNode::Kind::alias)
      findings_.add(node, std::move(message));
  }

  template <class T, class U>
  static void set(T& target, const std::optional<U>& value) {
    if (value)
      target = static_cast<T>(*value);
  }

  void each_member(const YamlNode& node, std::string_view what, Keys keys,
                   const std::function<void(std::string_view, const YamlNode&)>& visit) {
    if (node.kind != YamlNode::Kind::map && node.kind != YamlNode::Kind::null)
      return fail(node, fmt::format("{} is a map", what));
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const std::string& key = node.keys[i].scalar;
      if (std::ranges::find(keys, key) != keys.end())
        visit(key, node.items[i]);
      else
        fail(node.keys[i],
             fmt::format("{} has no key `{}`{}", what, key, suggestion(key, keys, "its keys are")));
    }
  }

  void each_item(const YamlNode& node, const std::function<void(const YamlNode&)>& visit) {
    if (node.kind != YamlNode::Kind::sequence && node.kind != YamlNode::Kind::null)
      return fail(node, "a list is expected here");
    for (const YamlNode& item : node.items)
      visit(item);
  }

  void add_tenant(Scenario& scenario, const YamlNode& node) {
    ScenarioTenant tenant;
    each_member(node, "a tenant", tenant_keys, [&](std::string_view key, const YamlNode& value) {
      if (key == "name")
        tenant.name = normalized(text(value).value_or(""));
      else if (key == "timeline")
        each_item(value,
                  [&](const YamlNode& item) { tenant.timeline.push_back(step(item, step_keys)); });
      else
        change(tenant.start, key, value);
    });
    const YamlNode* name = node.find("name");
    if (!name)
      return fail(node, "a tenant needs a `name`");
    if (const auto refusal = refuse_tenant_name(tenant.name))
      return fail(*name, fmt::format("`{}` is no tenant: {}", name->scalar, *refusal));
    if (const auto [first, added] = lines_.try_emplace(tenant.name, name->line); !added)
      return fail(*name, fmt::format("`{}` stands already in line {}", tenant.name, first->second));
    scenario.tenants.push_back(std::move(tenant));
  }

  Step step(const YamlNode& node, Keys keys) {
    Step step;
    each_member(node, "a step", keys, [&](std::string_view key, const YamlNode& value) {
      if (key == "at")
        set(step.at, duration(value));
      else
        change(step.patch, key, value);
    });
    return step;
  }

  void change(Patch& patch, std::string_view key, const YamlNode& value) {
    if (key == "found")
      set(patch.found, boolean(value));
    if (key == "tenant_id")
      set(patch.tenant_id, guid(value));
    if (key == "cloud")
      set(patch.cloud, cloud(value));
    if (key == "hosts")
      set(patch.hosts, value.kind == YamlNode::Kind::null ? std::string() : cloud(value));
    if (key == "region_scope")
      set(patch.region_scope, scope(value));
    if (key == "sub_scope")
      set(patch.sub_scope, scope(value));
    if (key == "fault")
      patch.fault = fault(value);
  }

  std::optional<std::string> text(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::scalar)
      return node.scalar;
    fail(node, "text is expected here");
    return std::nullopt;
  }

  std::optional<std::string> header_text(const YamlNode& node) {
    auto value = text(node);
    if (!value ||
        std::ranges::none_of(*value, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
      return value;
    fail(node, "a header holds no control characters");
    return std::nullopt;
  }

  std::optional<bool> boolean(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::scalar && !node.quoted &&
        (node.scalar == "true" || node.scalar == "false"))
      return node.scalar == "true";
    fail(node, "true or false is expected here");
    return std::nullopt;
  }

  std::optional<std::uint64_t> integer(const YamlNode& node, std::uint64_t least,
                                       std::uint64_t most) {
    std::uint64_t value = 0;
    const char* end = node.scalar.data() + node.scalar.size();
    const auto [stopped, error] = std::from_chars(node.scalar.data(), end, value);
    if (node.kind == YamlNode::Kind::scalar && error == std::errc{} && stopped == end &&
        value >= least && value <= most)
      return value;
    fail(node, fmt::format("a number from {} to {} is expected here", least, most));
    return std::nullopt;
  }

  std::optional<Duration> duration(const YamlNode& node) {
    const auto value =
        node.kind == YamlNode::Kind::scalar ? parse_duration(node.scalar) : std::nullopt;
    if (!value)
      fail(node, "a duration is expected here, such as 200ms, 30s or 1h30m");
    return value;
  }

  std::optional<Guid> guid(const YamlNode& node) {
    const auto value = node.kind == YamlNode::Kind::scalar ? parse_guid(node.scalar) : std::nullopt;
    if (!value)
      fail(node, "a GUID is expected here");
    return value;
  }

  std::optional<std::string> cloud(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::scalar && std::ranges::count(cloud_names(), node.scalar) == 1)
      return node.scalar;
    fail(node, fmt::format("a cloud is expected here{}",
                           suggestion(node.scalar, cloud_names(), "the clouds are")));
    return std::nullopt;
  }

  std::optional<Scope> scope(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::null)
      return Scope{Scope::Kind::null, {}};
    const auto value = text(node);
    if (!value)
      return std::nullopt;
    return *value == "absent" ? Scope{} : Scope{Scope::Kind::text, *value};
  }

  FileFindings findings_;
  std::map<std::string, int> lines_;  // where a tenant's name stands
};

constexpr const char* body_name = "body";
constexpr std::size_t most_values = 20'000'000;  // a rehearsal may have any number of tenants

YamlNode parse_scenario(std::string_view text, const std::string& file, Findings& findings) {
  FileFindings of_file(file, findings);
  return parse_yaml(text, of_file, {.most_values = most_values});
}

}  // namespace

std::string_view to_string(FaultKind kind) { return fault_names[std::size_t(kind)]; }

Scenario load_scenario(const std::filesystem::path& file, Findings& findings) {
  const auto text = read_text_file(file);
  if (text)
    return read_scenario(*text, file.string(), findings);
  findings.push_back(
      {file.string(), 1, 1, fmt::format("the scenario can't be read: {}", text.error().detail)});
  return {};
}

Scenario read_scenario(std::string_view text, const std::string& file, Findings& findings) {
  Scenario scenario = Reader(file, findings).scenario(parse_scenario(text, file, findings));
  std::ranges::sort(findings);
  return scenario;
}

Patch read_patch(std::string_view text, Findings& findings) {
  return Reader(body_name, findings).patch(parse_yaml(text, body_name, findings));
}

Fault read_fault(std::string_view text, Findings& findings) {
  return Reader(body_name, findings).fault(parse_yaml(text, body_name, findings));
}

}  // namespace tenantscope::simulator
