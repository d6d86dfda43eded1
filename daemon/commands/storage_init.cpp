#include "commands/storage_init.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/installed.hpp"
#include "commands/printing.hpp"
#include "commands/shared_ledger.hpp"
#include "storage/postgres/pg_failure.hpp"
#include "storage/postgres/pg_schema.hpp"

namespace tenantscope {
namespace {

struct InitOptions {
  std::filesystem::path config = here_or_installed("tenantscope.yaml", installed_config);
  bool print = false;
};

int init(const InitOptions& options) {
  const PgSettings settings =
      shared_ledger_of(options.config, "SQLite's storage needs no init, the first start makes it");
  if (options.print) {
    print(pg_schema_text(settings.schema));
    return 0;
  }
  return pg_opened([&] {
    PgSession session(settings);
    create_pg_schema(session);
    print(fmt::format("The schema {} of the database {} has an empty ledger now.\n",
                      settings.schema, settings.database));
    return 0;
  });
}

}  // namespace

void add_storage_init(CLI::App& storage, int& exit_code) {
  const auto options = std::make_shared<InitOptions>();
  CLI::App* command =
      storage.add_subcommand("init", "Makes the tables of a ledger that several daemons share");
  command
      ->add_option("--config.file", options->config, "The configuration, with storage.postgresql")
      ->capture_default_str();
  command->add_flag("--print", options->print,
                    "Print the statements instead, for who may run them");
  command->callback([options, &exit_code] { exit_code = init(*options); });
}

}  // namespace tenantscope
