#include "config/list/list_forms.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/result.hpp"
#include "base/text/ascii.hpp"
#include "base/text/encoding.hpp"
#include "base/text/visible.hpp"
#include "config/list/list_sample.hpp"
#include "config/list/name_list.hpp"
#include "config/list/target_groups.hpp"
#include "config/yaml_text.hpp"
#include "config/yaml_tree.hpp"

namespace tenantscope {
namespace {

constexpr TextPlace list_begin{};
constexpr std::size_t longest_finding = 450;  // of one that names columns

// Of the first line that is neither blank nor a comment; 0: there is none.
char first_character(std::string_view text) {
  text = without_byte_order_mark(text);
  for (;;) {
    const auto begin = text.find_first_not_of(ascii_blanks);
    if (begin == text.npos)
      return 0;
    if (text[begin] != '#')
      return text[begin];
    text.remove_prefix(std::min(text.find_first_of("\r\n", begin), text.size()));
  }
}

// Names that stand in the text by themselves: some are there, or a header that is above names.
bool has_names(std::string_view text) {
  const ListSample sample = sample_list(text, {});
  return sample.known || sample.tenants > 0;
}

void read_table(std::string_view text, TenantList& tenants, FileFindings& findings) {
  bool any = false;
  const NameTaker take = [&](ListedName& name) -> std::optional<std::string> {
    any = true;
    const bool more = tenants.add({.reference = std::move(name.reference),
                                   .labels = {},
                                   .at = {name.line, 1},
                                   .repeatable = true},
                                  findings);
    return more ? std::nullopt : std::optional<std::string>("");
  };
  const ColumnChoice by_itself{.name = {}, .labels = {}, .to_be_asked = false};
  const auto wrong = read_names(text, by_itself, tenants.clouds(), take, findings.cancelled);
  if (!wrong)
    return findings.add(list_begin, visible_line(wrong.error().detail, longest_finding));
  for (const ListFinding& finding : *wrong)
    findings.add(TextPlace{finding.line, 1}, finding.text);
  if (!any && !findings.any() && !is_cancelled(findings.cancelled))
    findings.add(list_begin, "the list has a header, but no names; write [] for none");
}

// Tenants, or groups of targets, as the first item says.
void read_tree(const std::string& text, TenantList& tenants, FileFindings& findings) {
  std::optional<bool> groups;
  const YamlReading reading{.items = {.take =
                                          [&](YamlNode& item) {
                                            if (!groups)
                                              groups = is_target_group(item);
                                            return *groups
                                                       ? read_target_group(item, tenants, findings)
                                                       : tenants.read_tenant(item, findings);
                                          },
                                      .key = {},
                                      .long_list = {.key = targets_key,
                                                    .most = tenants.limits().tenants_per_list,
                                                    .full = tenants.list_full()}}};
  const YamlNode root = parse_yaml(text, findings, reading);
  if (root.kind == YamlNode::Kind::sequence || findings.any() || is_cancelled(findings.cancelled))
    return;
  findings.add(root, root.kind == YamlNode::Kind::null
                         ? "the list is empty, or has nothing but comments; write [] for none"
                         : "a list of tenants has to be a list like `tenants`, of Prometheus' "
                           "targets, or of names as CSV; write [] for none");
}

}  // namespace

void read_tenant_list(const std::string& text, TenantList& tenants, FileFindings& findings) {
  constexpr std::string_view tree_begins = "-[{";
  const char first = first_character(text);
  if (first == '\0' || tree_begins.find(first) != tree_begins.npos)
    return read_tree(text, tenants, findings);
  const Result<std::string> decoded = decode_text(text);
  if (!decoded)
    return findings.add(list_begin, fmt::format("no list: it is {}", decoded.error().detail));
  if (has_names(*decoded))
    return read_table(*decoded, tenants, findings);
  read_tree(text, tenants, findings);
}

}  // namespace tenantscope
