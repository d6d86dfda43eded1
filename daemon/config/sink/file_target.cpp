#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/user_group.hpp"
#include "config/sink/sink_kinds.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

SinkTarget read_file_target(const SinkInput& input) {
  MapReader map(input.node, "a file sink", input.findings);
  FileSinkSettings sink;
  if (const YamlNode* path = map.required_text("path")) {
    sink.path = path->scalar;
    std::error_code unreadable;
    if (const auto refused = refuse_sink_path(sink.path))
      input.findings.add(*path,
                         fmt::format("`path` can't be {}: {}", quote(path->scalar), *refused));
    else if (const fs::path folder = sink.path.parent_path();
             sink.path.is_absolute() && !fs::is_directory(folder, unreadable))
      input.warnings.add(*path, fmt::format("the folder {} isn't there: events wait until it is",
                                            quote(folder.string())));
  }
  sink.access = read_access(map, input.findings, input.warnings);
  map.refuse_unknown();
  return sink;
}

}  // namespace tenantscope
