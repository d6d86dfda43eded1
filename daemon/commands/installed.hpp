// Where the Debian package puts things, for commands that are told of no other place.
#pragma once

#include <filesystem>
#include <system_error>

namespace tenantscope {

inline constexpr const char* installed_config = "/etc/tenantscope/tenantscope.yaml";
inline constexpr const char* installed_storage = "/var/lib/tenantscope";

// `usual`, which is relative to the working folder; where it isn't there, the installed one, if
// that is.
inline std::filesystem::path here_or_installed(const char* usual, const char* installed) {
  std::error_code ignored;
  return !std::filesystem::exists(usual, ignored) && std::filesystem::exists(installed, ignored)
             ? installed
             : usual;
}

}  // namespace tenantscope
