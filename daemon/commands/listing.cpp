#include "commands/listing.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/bytes.hpp"
#include "base/text/ascii.hpp"
#include "base/text/visible.hpp"
#include "base/text_file.hpp"
#include "commands/printing.hpp"
#include "config/tenant_list.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_finding = 500;
constexpr std::size_t largest_list = 16 * mib;

std::string read_from(const std::string& from) {
  const bool typed = from == "-";
  Result<std::string> text =
      typed ? read_standard_input() : read_text_file(from, {.bytes = largest_list});
  if (!text)
    throw FatalError(exit_failure,
                     fmt::format("{}: {}", typed ? "standard input" : from, text.error().detail));
  return std::move(*text);
}

// What is wrong in a list is told; what is no list is the end.
template <class List>
List told(const std::string& from, Result<List> list) {
  const std::string file = from == "-" ? "standard input" : from;
  if (!list)
    throw FatalError(exit_failure, fmt::format("{}: {}", file, list.error().detail));
  for (const ListFinding& finding : list->findings)
    complain(fmt::format("{}:{}: {}\n", file, finding.line,
                         visible_line(finding.text, longest_finding)));
  return std::move(*list);
}

}  // namespace

void add_list_options(CLI::App& command, std::string& from, ColumnChoice& columns) {
  CLI::Option* const file = command.add_option(
      "--from", from,
      "Names from this file too: one or several a line, or CSV as spreadsheets, portals and "
      "scripts write it; -: standard input");
  command
      .add_option("--column", columns.name,
                  "Which column of that file has the names: its header, or its number from 1")
      ->needs(file);
  command
      .add_option("--labels", columns.labels,
                  "Columns of that file, with commas between them, that become labels in YAML")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->needs(file);
}

NameList read_list(const std::string& from, const ColumnChoice& columns, const Clouds& clouds) {
  return told(from, read_name_list(read_from(from), columns, clouds));
}

PairList read_pairs(const std::string& from) { return told(from, read_pair_list(read_from(from))); }

std::vector<std::string> label_names(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) {
    std::string name = lower(trimmed(column));
    for (char& c : name)
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
        c = '_';
    if (const auto refused = refuse_label_name(name))
      throw CLI::ValidationError("--labels", *refused);
    if (std::ranges::find(names, name) != names.end())
      throw CLI::ValidationError("--labels", fmt::format("`{}` is there twice", name));
    names.push_back(std::move(name));
  }
  return names;
}

Labels labels_of(const std::vector<std::string>& names, const std::vector<std::string>& values) {
  std::vector<Labels::Label> labels;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!values[i].empty())
      labels.emplace_back(names[i], values[i]);
  return Labels(std::move(labels));
}

}  // namespace tenantscope
