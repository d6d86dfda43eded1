// `tenantscope simulate`: a discovery authority for rehearsals, on loopback.
// For users who want to see an alert before Microsoft flips a tenant, and for tests.
#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace tenantscope {

struct SimulateOptions {
  std::filesystem::path scenario;  // empty: no tenants, all by the control API
  std::string listen_address = "127.0.0.1:0";
  std::filesystem::path tls_directory;  // empty: plain http
};

// Serves until SIGTERM or SIGINT; returns the exit code.
int run_simulate(const SimulateOptions& options);

void add_simulate(CLI::App& app, int& exit_code);

}  // namespace tenantscope
