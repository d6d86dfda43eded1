// `tenant_files`: which files the patterns of the configuration match, and whether they have
// changed since.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file_stamp.hpp"
#include "config/config_reader.hpp"

namespace tenantscope {

struct MatchedFiles {
  std::vector<std::filesystem::path> files;  // each once, however many patterns match it
  std::vector<std::string> unmatched;        // the patterns that no file matches
};

// The files that `list` names. A pattern is a finding where its folder can't be read, and a warning
// where no file matches it, lest tenants vanish unnoticed.
MatchedFiles read_tenant_files(const YamlNode& list, const std::filesystem::path& folder,
                               FileFindings& findings, FileFindings& warnings);

// Of every file that the patterns match now; what can't be read has no stamp.
std::vector<FileStamp> stamp_tenant_files(const std::vector<std::string>& patterns,
                                          const std::filesystem::path& folder);

}  // namespace tenantscope
