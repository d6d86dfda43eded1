// `tenantscope config check`: everything that would keep `serve` from taking a configuration, at
// once.
#pragma once

#include <filesystem>

namespace CLI {
class App;
}

namespace tenantscope {

// Prints what is wrong in them; an empty path is none. The exit code: 0, or 78 where one wouldn't
// be taken.
int check_files(const std::filesystem::path& config, const std::filesystem::path& web_config);

void add_config(CLI::App& app, int& exit_code);

}  // namespace tenantscope
