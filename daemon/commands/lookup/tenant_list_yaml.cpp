#include "commands/lookup/tenant_list_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/plain_text.hpp"
#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_label = 200;

// A line break in a comment would end it.
std::string comment(const std::string& text) { return "# " + plain_text(text, 300) + "\n"; }

std::string scope(const std::string& value) {
  return value.empty() ? "none" : plain_text(value, 60);
}

// The result is `, labels: {...}`, or nothing. Values are quoted and visible: none ends its quotes.
std::string labels_of(const NameAnswers& name) {
  std::string text;
  for (const auto& [label, value] : name.labels) {
    text += text.empty() ? ", labels: {" : ", ";
    text += label + ": \"";
    for (const char c : visible_line(value, longest_label))
      text += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    text += '"';
  }
  return text.empty() ? text : text + "}";
}
constexpr std::string_view pin_comment =
    "# `tenant_id` pins an entry: where another tenant comes to answer to its name, the verdict "
    "stays that of the pinned one,\n"
    "# and after the usual confirmation tenantscope.expectation.changed.v1 and "
    "TenantscopeIdentityChanged tell of it. --pin=no: none.\n";

std::string shown(const Finding& finding, RuleSet rules) {
  std::string text = fmt::format("cloud {}, tenant {}, region scope {}",
                                 finding.cloud.empty() ? "unknown" : finding.cloud,
                                 to_string(finding.tenant_id), scope(finding.region_scope));
  if (!finding.sub_scope.empty())
    text += fmt::format(", sub scope {}", scope(finding.sub_scope));
  return text + fmt::format(", B2B {}", to_string(capability(&finding, rules)));
}

}  // namespace

std::string tenant_list_yaml(const std::vector<NameAnswers>& names, RuleSet rules, ListForm form) {
  std::string list;
  bool empty = true;
  bool pinned = false;
  for (const NameAnswers& name : names) {
    if (name.found.size() > 1) {
      std::vector<std::string_view> clouds;
      for (const FoundTenant& tenant : name.found)
        clouds.push_back(tenant.asked);
      list +=
          comment(fmt::format("{} is {} different tenants, asked in {}: keep the one that is meant",
                              name.name, name.found.size(), fmt::join(clouds, ", ")));
    }
    for (const FoundTenant& tenant : name.found) {
      list += comment(fmt::format("{}: {}", name.name, shown(tenant.finding, rules)));
      list += fmt::format(
          "- {{name: {}, cloud: {}{}{}}}\n", name.name, tenant.asked,
          form.pin ? fmt::format(", tenant_id: {}", to_string(tenant.finding.tenant_id)) : "",
          labels_of(name));
      pinned = form.pin;
      empty = false;
    }
    if (name.found.empty() && !name.not_found_in.empty())
      list += comment(
          fmt::format("{}: not found in {}", name.name, fmt::join(name.not_found_in, ", ")));
    for (const auto& [cloud, error] : name.failed_in)
      list += comment(fmt::format("{}: failed in {}: {}: {}", name.name, cloud,
                                  to_string(error.kind), error.detail));
    if (form.keep_not_found && name.found.empty() && name.failed_in.empty()) {
      list += fmt::format("- {{name: {}, cloud: {}{}}}\n", name.name, name.not_found_in.front(),
                          labels_of(name));
      empty = false;
    }
  }
  if (empty)
    return list + "[]\n";
  return pinned ? std::string(pin_comment) + list : list;
}

}  // namespace tenantscope
