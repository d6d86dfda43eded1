#include "commands/storage_init.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "commands/installed.hpp"
#include "commands/printing.hpp"
#include "commands/shared_ledger.hpp"
#include "storage/postgres/pg_schema.hpp"
#include "storage/postgres/session/pg_failure.hpp"
#include "storage/postgres/versions/pg_upgrade.hpp"

namespace tenantscope {
namespace {

struct InitOptions {
  std::filesystem::path config = here_or_installed("tenantscope.yaml", installed_config);
  bool print = false;
  bool upgrade = false;
};

// What was done, and what isn't yet.
std::string told(const PgUpgrade& upgrade, const PgSettings& settings) {
  std::string text = fmt::format(
      "The ledger in the schema {} of the database {} is of version {}{}.\n", settings.schema,
      settings.database, upgrade.now,
      upgrade.before == upgrade.now ? std::string(" already")
                                    : fmt::format(" now, and was of version {}", upgrade.before));
  if (upgrade.closed)
    return text + fmt::format(
                      "Programs that know only what was before version {} of its tables "
                      "are kept out from now on.\n",
                      upgrade.min_reader);
  if (upgrade.min_reader >= upgrade.now)
    return text;
  text += fmt::format(
      "Programs that know version {} of its tables go on with it: run this again "
      "when these are replaced:\n",
      upgrade.min_reader);
  for (const PgUpgrade::Older& older : upgrade.older)
    text += fmt::format("  `{}`, of release {}, knows version {}\n", older.name, older.release,
                        older.reads);
  return text;
}

int init(const InitOptions& options) {
  const PgSettings settings =
      shared_ledger_of(options.config, "SQLite's storage needs no init, the first start makes it");
  if (options.print) {
    print(options.upgrade ? pg_upgrade_text(settings.schema) : pg_schema_text(settings.schema));
    return 0;
  }
  return pg_opened([&] {
    PgSession session(settings);
    if (options.upgrade) {
      print(told(upgrade_pg_schema(session), settings));
      return 0;
    }
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
  command->add_flag("--upgrade", options->upgrade,
                    "Bring the tables of an older ledger up to this version, while daemons run");
  command->callback([options, &exit_code] { exit_code = init(*options); });
}

}  // namespace tenantscope
