// Two daemons that share a ledger in a real PostgreSQL and watch one tenant: north is active, and
// south stands by.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include <fmt/format.h>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "support/postgres_server.hpp"

namespace tenantscope::e2e {

class TwoReplicas : public ::testing::Test {
 protected:
  static constexpr const char* name = "keeper.example";

  TwoReplicas() {
    const Finished made =
        run_tenantscope({"storage", "init", "--config.file=" + north_.config_file().string()});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    start(north_, "http://north.example");
    EXPECT_TRUE(eventually([&] { return is_active(north_); })) << north_.daemon().log();
    start(south_, "http://south.example");
    EXPECT_TRUE(eventually([&] { return shows(south_, "V0"); })) << south_.daemon().log();
  }

  // `more`: behind the first tenant, ", {name: ...}".
  std::string configured(const std::string& replica, const std::string& more = {},
                         const std::string& rules = "docs-2026") const {
    return configuration(
        authority_.url(),
        fmt::format("rules: {}\ntenants: [{{name: {}}}{}]\n"
                    "storage: {{postgresql: {{hosts: [\"{}:{}\"], database: {}, user: {}, "
                    "lease: 2s, durability: single}}}}\nreplica: {{name: {}}}\n"
                    "events: {{sinks: [{{name: hook, webhook: {{url: \"{}\"}}}}]}}\n",
                    rules, name, more, PostgresServer::host, server_.port(),
                    PostgresServer::database, PostgresServer::user, replica, receiver_.url()));
  }

  static void start(Deployment& one, const std::string& url) {
    one.launch({"--web.listen-address=127.0.0.1:0", "--web.external-url=" + url});
  }
  static bool is_active(Deployment& one) {
    try {
      return one.daemon().metrics()["tenantscope_replica_active"] == 1;
    } catch (const NoAnswer&) {
      return false;
    }
  }
  static std::string scope_series(const std::string& scope) {
    return tenant_series("region_scope", name, "global",
                         fmt::format("scope=\"{}\",sub_scope=\"\"", scope));
  }
  static bool shows(Deployment& one, const std::string& scope) {
    try {
      return one.daemon().metrics()[scope_series(scope)] == 1;
    } catch (const NoAnswer&) {
      return false;
    }
  }
  // Of a metric that may not be there, such as one of a daemon that doesn't answer: -1.
  static double value(Deployment& one, const std::string& metric) {
    try {
      return one.daemon().metrics()[metric].value_or(-1);
    } catch (const NoAnswer&) {
      return -1;
    }
  }
  static json::object status(Deployment& one) {
    return one.daemon().api("/api/v1/status").as_object();
  }
  static std::string state(Deployment& one) {
    try {
      return std::string(status(one).at("replica").at("state").as_string());
    } catch (const NoAnswer&) {
      return "";
    }
  }
  // "north active, south standby", as this one says.
  static std::string replicas(Deployment& one) {
    const json::value shown = one.daemon().api("/api/v1/replicas");
    std::string text;
    for (const json::value& replica : shown.at("replicas").as_array())
      text += fmt::format(
          "{}{}{} {}", text.empty() ? "" : ", ",
          replica.at("live").as_bool() ? "" : "gone: ", std::string(replica.at("name").as_string()),
          std::string(replica.at("state").as_string()));
    return text;
  }
  void change(const std::string& scope) const {
    authority_.change(name, fmt::format(R"({{"region_scope": "{}"}})", scope));
  }

  PostgresServer server_;
  Simulator authority_{fmt::format("tenants:\n  - {{name: {}, region_scope: V0}}\n", name)};
  Receiver receiver_;
  Deployment north_{configured("north")};
  Deployment south_{configured("south")};
};

}  // namespace tenantscope::e2e
