#include "commands/tenants.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/text/html.hpp"
#include "commands/daemon_client.hpp"
#include "commands/printing.hpp"
#include "commands/value_text.hpp"
#include "formats/json.hpp"
#include "formats/text_table.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

struct TenantsOptions {
  DaemonPlace daemon;
  std::string cloud;
  std::string state;
  std::string name;
  std::string output = "text";
};

json::array ask(const TenantsOptions& options) {
  std::string query;
  for (const auto& [name, value] :
       {std::pair{"cloud", &options.cloud}, {"state", &options.state}, {"q", &options.name}})
    if (!value->empty())
      query += fmt::format("{}={}&", name, percent_encoded(*value));
  DaemonClient daemon(options.daemon);
  return watched_tenants(daemon, query);
}

std::string condition(const json::value& tenant) {
  std::string text;
  const auto add = [&](std::string_view word) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", word);
  };
  if (tenant.at("failure").is_string())
    add("failing (" + text_of(tenant.at("failure")) + ")");
  if (tenant.at("pending") == true)
    add("change pending");
  if (tenant.at("stale") == true)
    add("stale");
  if (text.empty())
    add(tenant.at("stale").is_null() ? "asked elsewhere"
        : tenant.at("up").is_null()  ? "not asked yet"
                                     : "fine");
  return text;
}

TextTable table_of(const json::array& tenants) {
  TextTable table{
      {"tenant", "asked", "environment", "b2b", "condition", "failing_since", "next_probe"}, {}};
  for (const json::value& tenant : tenants) {
    std::vector<std::string> row;
    for (const char* key : {"tenant", "asked", "environment", "b2b"})
      row.push_back(text_of(tenant.at(key)));
    row.push_back(condition(tenant));
    for (const char* key : {"failing_since", "next_probe"})
      row.push_back(text_of(tenant.at(key)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

int run_tenants(const TenantsOptions& options) {
  const json::array tenants = ask(options);
  if (options.output == "json")
    print(json_line(tenants) + "\n");
  else if (options.output == "csv")
    print(csv(table_of(tenants)));
  else
    print(aligned(table_of(tenants)));
  return 0;
}

}  // namespace

void add_tenants(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "tenants", "Prints the tenants that a running daemon watches, and how they are");
  const auto options = std::make_shared<TenantsOptions>();
  add_daemon_options(*command, options->daemon);
  command->add_option("--cloud", options->cloud, "Only those that are asked there");
  command->add_option("--state", options->state, "Only those of this verdict")
      ->check(CLI::IsMember({"supported", "not_supported", "unknown"}));
  command->add_option("--name", options->name, "Only those whose name has this in it");
  command->add_option("--output", options->output, "text, json or csv")
      ->check(CLI::IsMember({"text", "json", "csv"}))
      ->capture_default_str();
  command->callback([options, &exit_code] { exit_code = run_tenants(*options); });
}

}  // namespace tenantscope
