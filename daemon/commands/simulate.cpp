#include "commands/simulate.hpp"

#include <csignal>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "base/log.hpp"
#include "base/result.hpp"
#include "commands/printing.hpp"
#include "simulator/server.hpp"

namespace tenantscope {
namespace {

using namespace simulator;

constexpr const char* footer =
    "Tenants, flips and faults come from the scenario (YAML; see config/rehearsal-scenario.yaml) "
    "and, while it runs, by hand:\n"
    "  curl -X PUT $URL/control/tenants/agency.example -d '{\"region_scope\": \"USGov\"}'\n"
    "  curl -X PUT $URL/control/tenants/agency.example -d '{\"fault\": {\"kind\": \"throttle\", "
    "\"for\": \"10s\"}}'\n"
    "  curl -X PUT $URL/control/fault -d '{\"kind\": \"hang\", \"count\": 5}'\n"
    "  curl $URL/control/tenants; curl $URL/control/stats\n"
    "With --tls.directory it serves https with that directory's ca.pem, server.pem and server.key, "
    "and makes them where there are none.";

void log_change(const Log& log, const Tenant* tenant) {
  if (!tenant)
    return log.info("fault for every tenant changed");
  const auto shown = [](const Scope& scope) {
    return scope.kind == Scope::Kind::null ? std::string("null") : scope.text;
  };
  log.info("tenant changed", {{"tenant", tenant->name},
                              {"found", tenant->found ? "true" : "false"},
                              {"cloud", tenant->cloud},
                              {"region_scope", shown(tenant->region_scope)},
                              {"sub_scope", shown(tenant->sub_scope)},
                              {"fault", to_string(tenant->fault.kind())}});
}

void serve(const SimulateOptions& options, const Scenario& scenario, const Log& log) {
  std::optional<CertificateFiles> tls;
  if (!options.tls_directory.empty())
    tls = certificate_in(options.tls_directory);
  if (tls && tls->made)
    log.info("certificate made", {{"ca_file", tls->ca.string()}});

  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  Authority authority(scenario, now, [&log](const Tenant* tenant) { log_change(log, tenant); });
  Server server(authority, options.listen_address, tls);
  server.stop_on({SIGTERM, SIGINT});
  log.info("listening", {{"address", server.address()},
                         {"url", server.url()},
                         {"tenants", authority.tenants().size()}});
  server.run();
  log.info("stopped", {{"requests", authority.stats().requests}});
}

}  // namespace

int run_simulate(const SimulateOptions& options) {
  Findings findings;
  const Scenario scenario =
      options.scenario.empty() ? Scenario{} : load_scenario(options.scenario, findings);
  for (const ConfigFinding& finding : findings)
    complain(to_string(finding) + "\n");
  if (!findings.empty())
    return exit_unusable;

  const Log log(LogLevel::info, LogFormat::logfmt);
  try {
    serve(options, scenario, log);
  } catch (const FatalError& error) {
    log.error("can't simulate", {{"error", error.what()}});
    return error.exit_code;
  }
  return 0;
}

void add_simulate(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "simulate",
      "A discovery authority for rehearsals, with tenants that flip and fail as you say");
  const auto options = std::make_shared<SimulateOptions>();
  command->add_option(
      "--scenario", options->scenario,
      "Tenants, what happens to them when, and faults (YAML); left out: no tenants");
  command
      ->add_option("--listen-address", options->listen_address,
                   "Where to listen: loopback only; port 0 is any free one")
      ->capture_default_str();
  command->add_option("--tls.directory", options->tls_directory,
                      "Serve https with the certificate in this directory; made if need be");
  command->footer(footer);
  command->callback([options, &exit_code] { exit_code = run_simulate(*options); });
}

}  // namespace tenantscope
