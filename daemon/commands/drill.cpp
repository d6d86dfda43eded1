#include "commands/drill.hpp"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/text/html.hpp"
#include "commands/daemon_client.hpp"
#include "commands/printing.hpp"
#include "config/tenant_reference.hpp"

namespace tenantscope {
namespace {

struct DrillOptions {
  std::string tenant;
  std::string to;
  bool render = false;
  std::string sink;
  DaemonPlace daemon;
};

int run_drill(const DrillOptions& options) {
  const Result<TenantReference> tenant = parse_tenant_reference(options.tenant);
  if (!tenant)
    throw CLI::ValidationError("--tenant", tenant.error().detail);
  std::string query =
      "tenant=" + percent_encoded(tenant->name) + "&to=" + percent_encoded(options.to);
  if (tenant->cloud)
    query += "&cloud=" + percent_encoded(*tenant->cloud);
  if (options.render != !options.sink.empty())
    throw CLI::ValidationError("--render",
                               "it needs --sink=, and --sink= needs it: a drill goes "
                               "to all sinks that want it");
  if (options.render)
    query += "&render=true&sink=" + percent_encoded(options.sink);
  const boost::json::value data = DaemonClient(options.daemon).post("/api/v1/drill?" + query);
  if (options.render) {
    print(std::string(data.at("body").as_string()) + "\n");
    return 0;
  }
  print(fmt::format("drill {} is on its way to the sinks\n",
                    std::string_view(data.at("sequence").as_string())));
  return 0;
}

}  // namespace

void add_drill(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "drill",
      "Sends a marked event through the real sinks, as if a tenant had changed; touches no state");
  const auto options = std::make_shared<DrillOptions>();
  command
      ->add_option("--tenant", options->tenant,
                   "A configured tenant; NAME@CLOUD where it is asked in several clouds")
      ->required();
  command
      ->add_option("--to", options->to,
                   "The region scope that it shall seem to have, such as USG; not_found: it shall "
                   "seem to vanish")
      ->required();
  command->add_flag("--render", options->render,
                    "Print what --sink would be sent, and send nothing: no sink, no journal");
  command->add_option("--sink", options->sink, "The sink whose message --render prints")
      ->type_name("NAME");
  const auto storage = command
                           ->add_option("--storage.path", options->daemon.storage_path,
                                        "Through the daemon that works on this storage")
                           ->capture_default_str();
  add_url_options(*command, options->daemon, "Through the daemon at this URL instead")
      ->excludes(storage);
  command->callback([options, &exit_code] { exit_code = run_drill(*options); });
}

}  // namespace tenantscope
