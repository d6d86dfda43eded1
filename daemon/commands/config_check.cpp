#include "commands/config_check.hpp"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>

#include "base/result.hpp"
#include "commands/installed.hpp"
#include "commands/printing.hpp"
#include "config/config_file.hpp"
#include "web/config/web_config_file.hpp"

namespace tenantscope {
namespace {

// Whether it would be taken.
template <class Loaded>
bool tell(const Loaded& loaded) {
  for (const ConfigFinding& finding : loaded.errors)
    print(to_string(finding) + "\n");
  for (ConfigFinding finding : loaded.warnings) {
    finding.message.insert(0, "warning: ");
    print(to_string(finding) + "\n");
  }
  return loaded.errors.empty();
}

bool tell_of_config(const LoadedConfig& loaded) {
  const bool good = tell(loaded);
  for (ConfigFinding hint : loaded.hints) {
    hint.message.insert(0, "hint: ");
    print(to_string(hint) + "\n");
  }
  return good;
}

struct Files {
  std::filesystem::path config;
  std::filesystem::path web_config;
};

}  // namespace

int check_files(const std::filesystem::path& config, const std::filesystem::path& web_config) {
  const bool good = config.empty() || tell_of_config(load_config(config));
  const bool web_good = web_config.empty() || tell(load_web_config(web_config));
  return good && web_good ? 0 : exit_unusable;
}

void add_config(CLI::App& app, int& exit_code) {
  CLI::App* config = app.add_subcommand("config", "About configuration files");
  config->require_subcommand(1);
  CLI::App* command = config->add_subcommand(
      "check", "Validates a configuration; findings as FILE:LINE:COLUMN: message, exit 0 or 78");
  const auto files = std::make_shared<Files>();
  CLI::Option* config_file = command->add_option(
      "FILE", files->config, "The configuration to check; without: that of the installed service");
  CLI::Option* web_config_file =
      command->add_option("--web.config.file", files->web_config,
                          "The web configuration to check, beside FILE or alone");
  command->callback([=, &exit_code] {
    std::error_code ignored;
    if (config_file->empty() && web_config_file->empty()) {
      if (!std::filesystem::exists(installed_config, ignored))
        throw CLI::RequiredError("FILE or --web.config.file");
      files->config = installed_config;
    }
    exit_code = check_files(files->config, files->web_config);
  });
}

}  // namespace tenantscope
