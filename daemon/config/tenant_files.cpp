#include "config/tenant_files.hpp"

#include <glob.h>

#include <cerrno>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "base/result.hpp"
#include "base/text/quotation.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

std::string escape_pattern(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (is_pattern({&c, 1}) || c == '\\')
      escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// The files that `pattern` matches, in the order of their names. A folder that isn't there matches
// nothing; one that can't be read is an error, lest its tenants vanish unnoticed.
Result<std::vector<fs::path>> match(const fs::path& folder, const std::string& pattern) {
  if (!is_pattern(pattern)) {
    std::error_code ignored;
    if (!pattern.empty() && fs::exists(folder / pattern, ignored))
      return std::vector{folder / pattern};
    return Error{ErrorKind::io, "there is no such file"};
  }
  const bool relative = fs::path(pattern).is_relative() && !folder.empty();
  const std::string whole = relative ? escape_pattern((folder / "").native()) + pattern : pattern;
  const auto stop = [](const char*, int code) { return int(code != ENOENT && code != ENOTDIR); };
  glob_t found{};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): unsafe is GLOB_TILDE, which asks for users' folders
  const int code = ::glob(whole.c_str(), 0, stop, &found);
  const int cause = errno;
  std::vector<fs::path> files(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (code == 0 || code == GLOB_NOMATCH)
    return files;
  return Error{ErrorKind::io, std::generic_category().message(cause)};
}

}  // namespace

MatchedFiles read_tenant_files(const YamlNode& list, const fs::path& folder, FileFindings& findings,
                               FileFindings& warnings) {
  MatchedFiles all;
  std::set<fs::path> seen;
  for (const YamlNode& item : list.items) {
    if (findings.end_reading())
      break;
    const YamlNode* pattern = text_item(item, "a tenant file", findings);
    if (!pattern)
      continue;
    const auto matched = match(folder, pattern->scalar);
    if (!matched) {
      findings.add(item, fmt::format("the tenant file {} can't be read: {}", quote(pattern->scalar),
                                     matched.error().detail));
      continue;
    }
    if (matched->empty()) {
      warnings.add(item, fmt::format("no file matches {}: no tenant comes from there",
                                     quote((folder / pattern->scalar).native())));
      all.unmatched.push_back(pattern->scalar);
    }
    for (const fs::path& file : *matched)
      if (seen.insert(file.lexically_normal()).second)
        all.files.push_back(file);
  }
  return all;
}

std::vector<FileStamp> stamp_tenant_files(const std::vector<std::string>& patterns,
                                          const fs::path& folder) {
  std::vector<FileStamp> stamps;
  for (const std::string& pattern : patterns)
    if (const auto matched = match(folder, pattern))
      for (const fs::path& file : *matched)
        stamps.push_back(stamp_of(file));
  return stamps;
}

}  // namespace tenantscope
