#include <csignal>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "commands/check.hpp"
#include "commands/config_check.hpp"
#include "commands/drill.hpp"
#include "commands/events.hpp"
#include "commands/explain.hpp"
#include "commands/lookup.hpp"
#include "commands/serve.hpp"
#include "commands/simulate.hpp"
#include "core/result.hpp"
#include "version.hpp"

int main(int argc, char** argv) {
  using namespace tenantscope;
  std::signal(SIGPIPE, SIG_IGN);  // a peer or a reader that goes away is an error value, not an end

  int exit_code = 0;
  CLI::App app("Watches Microsoft Entra tenants' discovery documents and tells whether B2B collaboration works", "tenantscope");
  const std::string version = "tenantscope " TENANTSCOPE_VERSION ", revision " TENANTSCOPE_REVISION ", g++ " __VERSION__;
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  add_serve(app, exit_code);
  add_lookup(app, exit_code);
  add_check(app, version, exit_code);
  add_explain(app, exit_code);
  add_events(app, exit_code);
  add_drill(app, exit_code);
  add_config(app, exit_code);
  add_simulate(app, exit_code);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.got_subcommand("check")) return end_check(app, error);
    return app.exit(error) == 0 ? 0 : exit_usage;
  } catch (const FatalError& error) {
    std::cerr << "tenantscope: " << error.what() << '\n';
    return error.exit_code;
  } catch (const std::exception& error) {
    std::cerr << "tenantscope: " << error.what() << '\n';
    return exit_failure;
  }
  return exit_code;
}
