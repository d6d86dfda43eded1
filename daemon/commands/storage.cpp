#include "commands/storage.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "commands/installed.hpp"
#include "commands/printing.hpp"
#include "commands/shared_ledger.hpp"
#include "commands/storage_copy.hpp"
#include "commands/storage_init.hpp"
#include "storage/moving/moving.hpp"
#include "storage/postgres/pg_check.hpp"
#include "storage/sqlite/sqlite_backup.hpp"
#include "storage/sqlite/sqlite_check.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

struct StorageOptions {
  fs::path storage = here_or_installed("data", installed_storage);
  fs::path config;  // of a shared ledger; empty: it is SQLite's
  fs::path place;   // of backups
  std::string timeout = "10m";
};

constexpr Duration patience_of_checks = std::chrono::minutes(1);  // with each question

std::string contents_of(const StorageReport& report) {
  return fmt::format("{} event{}, head {}, {} tenant{}", report.events,
                     report.events == 1 ? "" : "s", report.last, report.tenants,
                     report.tenants == 1 ? "" : "s");
}

// A line each, and below each kind what to do.
std::string findings_of(const StorageReport& report) {
  std::string text;
  for (const std::string& page : report.pages)
    text += fmt::format("damaged: {}\n", page);
  if (!report.pages.empty())
    text +=
        "What contradicts itself can't be mended: stop tenantscope, keep a copy of the storage, "
        "and put a backup in its place: tenantscope storage restore\n";
  for (const std::string& contradiction : report.contradictions)
    text += fmt::format("damaged: {}\n", contradiction);
  if (!report.contradictions.empty())
    text +=
        "What an index lacks is in its rows still, and a daemon goes on with it: its retention "
        "makes the index anew before it deletes by it, and so does a restore: tenantscope storage "
        "backup, then tenantscope storage restore\n";
  for (const std::string& row : report.rows)
    text += fmt::format("damaged: {}\n", row);
  if (report.damaged_rows > report.rows.size())
    text += fmt::format("damaged: {} more rows\n", report.damaged_rows - report.rows.size());
  for (const std::uint64_t cut : report.cuts)
    text += fmt::format("altered: the event before {} isn't the one that it follows\n", cut);
  if (report.damaged_rows > 0 || !report.cuts.empty())
    text +=
        "What is damaged is believed in nothing, and the rest goes on: look at the disk and the "
        "memory (dmesg, smartctl -a); where more than a few rows are, put a backup in their place, "
        "of SQLite's storage by tenantscope storage restore\n";
  if (!report.moved_to.empty())
    text += fmt::format("moved: no daemon starts on it, as it is in {} now\n", report.moved_to);
  if (!report.copied_from.empty())
    text += fmt::format("incomplete: a copy of {}: run the same `tenantscope storage copy` again\n",
                        report.copied_from);
  if (report.log_missing)
    text +=
        "incomplete: the storage wasn't closed, and its log isn't there: if it was copied without "
        "tenantscope.db-wal, the last changes are missing; copy it by `tenantscope storage "
        "backup`\n";
  if (!report.rows_checked)
    text += fmt::format(
        "unchecked: the rows, as they are of version {}: the next start brings them up to date\n",
        report.version);
  return text;
}

int exit_code_of(const StorageReport& report) {
  if (!report.pages.empty())
    return exit_unusable;
  return report.sound() ? 0 : exit_failure;
}

// Nothing: it is SQLite's.
std::optional<PgSettings> shared_ledger_in(const StorageOptions& options) {
  if (options.config.empty())
    return std::nullopt;
  return shared_ledger_of(options.config, "of SQLite's storage, name its folder: --storage.path=");
}

Backup made_backup(const StorageOptions& options, Duration patience) {
  auto shared = shared_ledger_in(options);
  if (!shared)
    return back_up_sqlite_storage(options.storage, options.place, wall_now(),
                                  {.patience = patience});
  shared->patience = patience;
  return back_up_postgres_storage(*shared, options.place, wall_now());
}

int back_up(const StorageOptions& options) {
  const auto patience = parse_duration(options.timeout);
  if (!patience)
    throw CLI::ValidationError("--timeout",
                               fmt::format("no duration such as 10m: `{}`", options.timeout));
  const Backup backup = made_backup(options, *patience);
  print(fmt::format("{}: {}\n", backup.file.native(), contents_of(backup.report)));
  complain(findings_of(backup.report));
  return exit_code_of(backup.report);
}

int check(const StorageOptions& options) {
  auto shared = shared_ledger_in(options);
  if (shared)
    shared->patience = patience_of_checks;
  const StorageReport report =
      shared ? check_postgres_storage(*shared) : check_sqlite_storage(options.storage);
  const std::string findings = findings_of(report);
  print(fmt::format(
      "{}: {}\n{}", shared ? to_string(LedgerPlace(*shared)) : options.storage.native(),
      contents_of(report),
      report.sound() ? fmt::format("{} and the journal's chain are as they were written.\n",
                                   shared ? "Rows" : "Pages, rows")
                     : ""));
  print(findings);
  return exit_code_of(report);
}

int restore(const StorageOptions& options) {
  const Restored restored = restore_sqlite_storage(options.storage, options.place, wall_now());
  std::string text = fmt::format("{}: {}, from {}\n", options.storage.native(),
                                 contents_of(restored.report), restored.from.native());
  if (restored.replaced)
    text += fmt::format("What was there is in {} now.\n", restored.replaced->native());
  text += fmt::format(
      "The journal is {} from now on, and goes on at {}: the next start tells all sinks by "
      "tenantscope.ledger.rewound.v1.\n",
      to_string(restored.journal), restored.next);
  print(text);
  complain(findings_of(restored.report));
  return exit_code_of(restored.report);
}

CLI::App* add_one(CLI::App& storage, const std::string& name, const std::string& what,
                  StorageOptions& options) {
  CLI::App* command = storage.add_subcommand(name, what);
  command->add_option("--storage.path", options.storage, "The storage")->capture_default_str();
  return command;
}

void add_config(CLI::App& command, StorageOptions& options) {
  command
      .add_option("--config.file", options.config,
                  "Of the ledger in PostgreSQL of this configuration")
      ->excludes("--storage.path");
}

}  // namespace

void add_storage(CLI::App& app, int& exit_code) {
  CLI::App* storage =
      app.add_subcommand("storage", "About what is stored: backup, check, copy, init, restore");
  storage->require_subcommand(1);
  const auto options = std::make_shared<StorageOptions>();
  CLI::App* backup = add_one(*storage, "backup",
                             "Makes a backup in a folder, beside a running daemon too", *options);
  backup->add_option("DIR", options->place, "The folder; it is made where it is missing")
      ->required();
  add_config(*backup, *options);
  backup->add_option("--timeout", options->timeout, "Give up after so long")->capture_default_str();
  backup->callback([options, &exit_code] { exit_code = back_up(*options); });

  CLI::App* checking =
      add_one(*storage, "check",
              "Reads all that is stored, and says whether it is as it was written", *options);
  add_config(*checking, *options);
  checking->callback([options, &exit_code] { exit_code = check(*options); });

  add_storage_copy(*storage, exit_code);
  add_storage_init(*storage, exit_code);

  CLI::App* restoring =
      add_one(*storage, "restore", "Puts a backup in place of what is stored", *options);
  restoring->add_option("DIR", options->place, "The backup, or a folder: its newest one")
      ->required();
  restoring->callback([options, &exit_code] { exit_code = restore(*options); });
}

}  // namespace tenantscope
