// Programs that aren't ours: those that scripts/setup --tests has unpacked come first, the
// machine's own second.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tenantscope::e2e {

// A file or folder by its path below the root, such as "usr/share/icinga2/include". Throws where it
// is neither among what was unpacked nor on the machine.
std::filesystem::path tool_file(const std::string& path);

// The command that starts one of its programs, given by name or by path below the root, with these
// arguments. Throws where there is none.
std::vector<std::string> tool(const std::string& program,
                              const std::vector<std::string>& arguments = {});

}  // namespace tenantscope::e2e
