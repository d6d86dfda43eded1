#include "e2e/tools.hpp"

#include <initializer_list>
#include <stdexcept>

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

constexpr const char* unpacked = TENANTSCOPE_TOOLS;

// The first of these paths that there is, all of them below one root before the next.
fs::path first_of(std::initializer_list<std::string> paths) {
  for (const fs::path root : {unpacked, "/"})
    for (const std::string& path : paths)
      if (fs::exists(root / path))
        return root / path;
  throw std::runtime_error("no " + *paths.begin() + ": run scripts/setup --tests");
}

}  // namespace

fs::path tool_file(const std::string& path) { return first_of({path}); }

std::vector<std::string> tool(const std::string& program,
                              const std::vector<std::string>& arguments) {
  const fs::path file = first_of({"usr/bin/" + program, "usr/sbin/" + program, program});
  std::vector<std::string> command{file};
  if (file.string().starts_with(unpacked)) {
    const fs::path folder = unpacked / fs::path("usr/lib/" TENANTSCOPE_ARCHITECTURE);
    const std::string path = folder.string() + ":" + (folder / "systemd").string();
    command = {"/usr/bin/env", "LD_LIBRARY_PATH=" + path, file};
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace tenantscope::e2e
