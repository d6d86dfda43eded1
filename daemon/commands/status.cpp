#include "commands/status.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "commands/daemon_client.hpp"
#include "commands/printing.hpp"
#include "commands/value_text.hpp"
#include "formats/json.hpp"
#include "formats/text_table.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

struct StatusOptions {
  DaemonPlace daemon;
  std::string output = "text";
};

// What holds of the daemon, a row each; its problems come first.
TextTable table_of(const json::object& status) {
  TextTable table{{"item", "name", "value"}, {}};
  for (const json::value& problem : status.at("problems").as_array())
    table.rows.push_back(
        {text_of(problem.at("part")), text_of(problem.at("name")), text_of(problem.at("text"))});
  table.rows.push_back({"problems", "", std::to_string(status.at("problems").as_array().size())});
  for (const char* key : {"ready", "version", "revision", "started", "rules", "last_event"})
    table.rows.push_back({key, "", text_of(status.at(key))});
  const json::value* const replica = status.if_contains("replica");
  if (replica && replica->is_object())
    table.rows.push_back({"replica", text_of(replica->at("name")), text_of(replica->at("state"))});
  for (const auto& [name, count] : status.at("tenants").as_object())
    table.rows.push_back({"tenants", std::string(name), text_of(count)});
  return table;
}

int run_status(const StatusOptions& options) {
  const json::value status = DaemonClient(options.daemon).get("/api/v1/status");
  if (options.output == "json")
    print(json_line(status) + "\n");
  else if (options.output == "csv")
    print(csv(table_of(status.as_object())));
  else
    print(aligned(table_of(status.as_object())));
  return 0;
}

}  // namespace

void add_status(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("status", "Says how a running daemon is, and what is wrong with it");
  const auto options = std::make_shared<StatusOptions>();
  add_daemon_options(*command, options->daemon);
  command->add_option("--output", options->output, "text, json or csv")
      ->check(CLI::IsMember({"text", "json", "csv"}))
      ->capture_default_str();
  command->callback([options, &exit_code] { exit_code = run_status(*options); });
}

}  // namespace tenantscope
