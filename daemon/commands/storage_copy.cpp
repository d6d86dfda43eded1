#include "commands/storage_copy.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/printing.hpp"
#include "commands/shared_ledger.hpp"
#include "storage/moving/moving.hpp"

namespace tenantscope {
namespace {

constexpr Duration patience = std::chrono::minutes(1);  // of each question, as tables are large

struct CopyOptions {
  std::filesystem::path from, to;
};

// A file is a configuration; one that isn't there is known by its name.
LedgerPlace place_at(const std::filesystem::path& where) {
  const std::string extension = where.extension().native();
  const bool is_file = std::filesystem::exists(where) ? !std::filesystem::is_directory(where)
                                                      : extension == ".yaml" || extension == ".yml";
  if (!is_file)
    return where;
  PgSettings settings = shared_ledger_of(
      where, "to copy from or to SQLite, name its folder in place of the configuration");
  settings.patience = patience;
  return settings;
}

int copy(const CopyOptions& options) {
  const LedgerPlace from = place_at(options.from), to = place_at(options.to);
  const LedgerSum sum = move_ledger(from, to);
  print(
      fmt::format("{}: {} event{}, head {}, {} tenant{}, from {}\n"
                  "What was read back is the same: the SHA-256 of all events is {}.\n"
                  "No daemon starts on {} any more.\n",
                  to_string(to), sum.events, sum.events == 1 ? "" : "s", sum.last, sum.tenants,
                  sum.tenants == 1 ? "" : "s", to_string(from), sum.journal, to_string(from)));
  return 0;
}

}  // namespace

void add_storage_copy(CLI::App& storage, int& exit_code) {
  const auto options = std::make_shared<CopyOptions>();
  CLI::App* command = storage.add_subcommand(
      "copy", "Moves what is stored between SQLite and PostgreSQL, while no daemon runs");
  const auto add = [command](const char* flag, std::filesystem::path& place, const char* what) {
    command->add_option(flag, place, what)->required();
  };
  add("--from", options->from,
      "Where it is: SQLite's folder, or a configuration with storage.postgresql");
  add("--to", options->to, "Where it shall be: likewise; nothing may be stored there");
  command->callback([options, &exit_code] { exit_code = copy(*options); });
}

}  // namespace tenantscope
