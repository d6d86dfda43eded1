#include "commands/config_check.hpp"

#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "core/result.hpp"
#include "io/config_file.hpp"

namespace tenantscope {
namespace {

int check(const std::filesystem::path& file) {
  const LoadedConfig loaded = load_config(file);
  for (const ConfigFinding& finding : loaded.errors) std::cout << to_string(finding) << '\n';
  for (ConfigFinding finding : loaded.warnings) {
    finding.message.insert(0, "warning: ");
    std::cout << to_string(finding) << '\n';
  }
  return loaded.errors.empty() ? 0 : exit_unusable;
}

}  // namespace

void add_config(CLI::App& app, int& exit_code) {
  CLI::App* config = app.add_subcommand("config", "About configuration files");
  config->require_subcommand(1);
  CLI::App* command = config->add_subcommand("check", "Validates a configuration; findings as FILE:LINE:COLUMN: message, exit 0 or 78");
  const auto file = std::make_shared<std::filesystem::path>();
  command->add_option("FILE", *file, "The configuration to check")->required();
  command->callback([file, &exit_code] { exit_code = check(*file); });
}

}  // namespace tenantscope
