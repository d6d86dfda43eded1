#include "commands/drill.hpp"

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "commands/daemon_client.hpp"
#include "view/html.hpp"

namespace tenantscope {
namespace {

struct Options {
  std::string tenant;
  std::string to;
  std::filesystem::path storage_path = "data";
  std::string url;
};

int run(const Options& options) {
  const auto at = options.tenant.find('@');
  std::string query = "tenant=" + percent_encoded(options.tenant.substr(0, at)) + "&to=" + percent_encoded(options.to);
  if (at != std::string::npos) query += "&cloud=" + percent_encoded(options.tenant.substr(at + 1));
  const boost::json::value data = DaemonClient(options.url, options.storage_path).post("/api/v1/drill?" + query);
  std::cout << fmt::format("drill {} is on its way to the sinks\n", std::string_view(data.at("sequence").as_string()));
  return 0;
}

}  // namespace

void add_drill(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("drill", "Sends a marked event through the real sinks, as if a tenant had changed; touches no state");
  const auto options = std::make_shared<Options>();
  command->add_option("--tenant", options->tenant, "A configured tenant; NAME@CLOUD where it is asked in several clouds")->required();
  command->add_option("--to", options->to, "The region scope that it shall seem to have, such as USG; not_found: it shall seem to vanish")->required();
  const auto storage = command->add_option("--storage.path", options->storage_path, "Through the daemon that works on this storage")->capture_default_str();
  command->add_option("--url", options->url, "Through the daemon at this URL instead, such as http://127.0.0.1:10944")->excludes(storage);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace tenantscope
