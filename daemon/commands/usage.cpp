#include "commands/usage.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/text/slip.hpp"

namespace tenantscope {
namespace {

using Names = std::vector<std::string>;

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

Names names_of(const std::vector<const CLI::App*>& commands) {
  Names names;
  for (const CLI::App* command : commands)
    names.push_back(command->get_name());
  return names;
}

Names flags_of(const CLI::App& command) {
  Names names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames())
      names.push_back(name);
  return names;
}

std::string near(std::string_view word, const Names& names, std::string_view dashes) {
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view meant = nearest_of(word, known);
  return meant.empty() || meant == word ? "" : fmt::format("did you mean `{}{}`?", dashes, meant);
}

}  // namespace

std::string meant_by(const CLI::App& app, int argc, const char* const* argv) {
  const CLI::App* command = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--")
      break;
    if (argument.starts_with("--")) {
      const std::string_view flag = argument.substr(2, argument.find('=') - 2);
      if (std::string meant = near(flag, flags_of(*command), "--"); !meant.empty())
        return meant;
      continue;
    }
    const auto commands = commands_of(*command);
    const auto next = std::ranges::find_if(
        commands, [&](const CLI::App* one) { return one->get_name() == argument; });
    if (next != commands.end())
      command = *next;
    else if (!commands.empty())
      return near(argument, names_of(commands), "");
  }
  return {};
}

}  // namespace tenantscope
