#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "base/result.hpp"
#include "base/text/mailboxes.hpp"
#include "commands/check/check.hpp"
#include "commands/config_check.hpp"
#include "commands/drill.hpp"
#include "commands/events.hpp"
#include "commands/explain.hpp"
#include "commands/lookup/lookup.hpp"
#include "commands/printing.hpp"
#include "commands/serve.hpp"
#include "commands/simulate.hpp"
#include "commands/status.hpp"
#include "commands/storage.hpp"
#include "commands/tenants.hpp"
#include "commands/usage.hpp"
#include "version.hpp"

namespace {

constexpr int unknown_check = 3;

// CLI11 would take the next argument for the value.
void refuse_empty_values(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--")
      return;
    if (argument.starts_with("--") && argument.find('=') == argument.size() - 1)
      throw CLI::ArgumentMismatch(std::string(argument.substr(0, argument.size() - 1)) +
                                  " has no value: leave it off, or write one after the =");
  }
}

bool reader_is_gone() {
  pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

// What was printed has arrived; else the reader of a full disk would take a part for the whole. Who
// has read enough may go.
bool flushed() {
  if (std::cout.flush() || reader_is_gone())
    return true;
  tenantscope::complain("tenantscope: standard output can't be written\n");
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tenantscope;
  // A peer or a reader that goes away is an error value, not an end.
  (void)std::signal(SIGPIPE, SIG_IGN);

  int exit_code = 0;
  CLI::App app(
      "Watches Microsoft Entra tenants' discovery documents and tells whether B2B collaboration "
      "works",
      "tenantscope");
  const std::string version =
      "tenantscope " TENANTSCOPE_VERSION ", revision " TENANTSCOPE_REVISION ", g++ " __VERSION__;
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App* whole, const CLI::Error& error) {
    return without_mailboxes(CLI::FailureMessage::simple(whole, error));
  });
  add_serve(app, exit_code);
  add_lookup(app, exit_code);
  add_check(app, version, exit_code);
  add_explain(app, exit_code);
  add_events(app, exit_code);
  add_tenants(app, exit_code);
  add_status(app, exit_code);
  add_drill(app, exit_code);
  add_storage(app, exit_code);
  add_config(app, exit_code);
  add_simulate(app, exit_code);

  try {
    refuse_empty_values(argc, argv);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.got_subcommand("check") || std::string_view(argv[std::min(argc - 1, 1)]) == "check")
      return end_check(app, error);
    if (app.exit(error) != 0) {
      if (const std::string meant = meant_by(app, argc, argv); !meant.empty())
        complain("tenantscope: " + meant + "\n");
      return exit_usage;
    }
  } catch (const FatalError& error) {
    complain("tenantscope: " + std::string(error.what()) + "\n");
    return error.exit_code;
  } catch (const std::exception& error) {
    complain("tenantscope: " + std::string(error.what()) + "\n");
    return exit_failure;
  }
  if (!flushed())
    exit_code = app.got_subcommand("check") ? unknown_check : exit_failure;
  return exit_code;
}
