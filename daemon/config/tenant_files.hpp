// `tenant_files`: which files the patterns of the configuration match, and whether they have
// changed since.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file_stamp.hpp"
#include "config/config_reader.hpp"

namespace tenantscope {

// The files that `list` names, each once however many patterns match it. A pattern is a finding
// where its folder can't be read, lest tenants vanish unnoticed.
std::vector<std::filesystem::path> read_tenant_files(const YamlNode& list,
                                                     const std::filesystem::path& folder,
                                                     FileFindings& findings);

// Of every file that the patterns match now; what can't be read has no stamp.
std::vector<FileStamp> stamp_tenant_files(const std::vector<std::string>& patterns,
                                          const std::filesystem::path& folder);

}  // namespace tenantscope
