// Each runbook's commands, as they are printed, on a daemon to which what the runbook is about has
// happened: they run, and show what the page says that they show. What they reach on a real machine
// is at hand here: the authority and the daemon at addresses of their own, the log by a journalctl
// of the test's.
#include <gtest/gtest.h>

#include <csignal>

#include <fmt/format.h>
#include <sqlite3.h>

#include "e2e/alert_rules.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"
#include "support/certificate.hpp"
#include "support/raw_server.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

// The runbooks' own names.
constexpr const char* agency = "agency.onmicrosoft.us";
constexpr const char* scenario = R"(
tenants:
  - {name: agency.onmicrosoft.us, cloud: usgov, region_scope: USGov}
  - {name: partner.example, cloud: usgov, region_scope: USGov}
  - {name: microsoft.com, region_scope: NA}
)";

constexpr const char* watched = R"(
tenants:
  - {name: agency.onmicrosoft.us, expect: {b2b: supported}}
tenant_files: [lists/*.yaml]
collaborations:
  - {name: joint, hosts: [agency.onmicrosoft.us], guests: [partner.example]}
events:
  sinks:
    - {name: soc, webhook: {url: "http://127.0.0.1:9/"}}
)";

// A command, by its beginning or another part of it, and what it has to print; and how it ends,
// where that isn't well.
struct Shown {
  std::string command;
  std::vector<std::string> words;
  int exit_code = 0;
};

TEST(RunbooksHere, AreAll) {
  const std::string here = read_file(TENANTSCOPE_SOURCE "/tests/e2e/alerts/runbooks_test.cpp");
  for (const Rule& rule : rules())
    EXPECT_TRUE(rule.alert.empty() ||
                here.find("expect_shown(\"" + rule.alert + "\"") != std::string::npos)
        << rule.alert;
}

class Runbooks : public testing::Test {
 protected:
  void SetUp() override {
    write_file(deployment.folder() / "journal", "");
    fs::create_directories(lists);
    write_file(lists / "a.yaml", "[{name: one.example}, {name: two.example}]\n");
    put_program("tenantscope", "case $1 in lookup|explain) set -- \"$@\" --config.file='" +
                                   deployment.config_file().string() +
                                   "';; esac\nexec '" TENANTSCOPE_BINARY "' \"$@\"");
    put_program("journalctl",
                "[[ \"$*\" =~ ^'-u tenantscope --since=-'[0-9]+h$ ]] || exit 9\n"
                "exec cat '" +
                    (deployment.folder() / "journal").string() + "'");
    std::string curl = "exec";
    for (const std::string& word : tool("curl", {}))
      curl += " '" + word + "'";
    put_program("curl", curl + " \"$@\"");
    deployment.configure(configuration(authority.url(), watched));
    deployment.start();
    put_program(
        "systemctl",
        fmt::format("case \"$1 $2\" in 'status tenantscope') echo active;;\n"
                    "'reload tenantscope') kill -HUP {0} && echo reloads;; *) exit 9;; esac",
                    deployment.daemon().process().pid()));
    await(tenant_series("found", agency), 1);
  }

  void put_program(const std::string& name, const std::string& text) const {
    const fs::path program = programs / name;
    fs::create_directories(programs);
    write_file(program, "#!/bin/bash\n" + text + "\n");
    fs::permissions(program, fs::perms::owner_all);
  }

  void await(const std::string& series, double value) {
    ASSERT_TRUE(eventually([&] { return deployment.daemon().metrics()[series] == value; }))
        << series << "\n"
        << deployment.daemon().log();
  }
  void await_supported(const std::string& tenant, double value) {
    await(tenant_series("b2b_capability", tenant, "global", "state=\"supported\""), value);
  }
  void await_log(const std::string& needle) { deployment.daemon().process().await_line(needle); }

  std::string here(std::string command) {
    const std::pair<const char*, std::string> places[] = {
        {"http://127.0.0.1:10944", deployment.daemon().url()},
        {"https://127.0.0.1:10944", replaced(deployment.daemon().url(), "http:", "https:")},
        {"https://login.microsoftonline.com", login_host},
        {"/etc/tenantscope/tenantscope.yaml", deployment.config_file().string()},
        {"/var/lib/tenantscope", deployment.storage().string()}};
    for (const auto& [there, here] : places)
      if (command.find(there) != std::string::npos)
        command = replaced(command, there, here);
    return command;
  }

  // All commands of the alert's page.
  void expect_shown(const std::string& alert, const std::vector<Shown>& expected) {
    SCOPED_TRACE(alert);
    write_file(
        deployment.folder() / "journal",  // with the places of a real machine
        replaced(deployment.daemon().log(), deployment.storage().string(), "/var/lib/tenantscope"));
    std::vector<bool> used(expected.size());
    for (const std::string& block : blocks(runbook(alert), "sh"))
      for (const std::string& line : lines_of(block)) {
        const Finished finished =
            run({"/usr/bin/env", "PATH=" + programs.string() + ":/usr/bin:/bin:/usr/sbin", "bash",
                 "-c", "set -o pipefail; " + here(line)});
        int exit_code = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
          if (line.find(expected[i].command) == std::string::npos)
            continue;
          used[i] = true;
          exit_code = expected[i].exit_code;
          for (const std::string& word : expected[i].words)
            EXPECT_NE((finished.out + finished.err).find(word), std::string::npos)
                << line << "\nprints nothing with: " << word << "\n"
                << finished.out << finished.err;
        }
        EXPECT_EQ(finished.exit_code, exit_code) << line << "\n" << finished.out << finished.err;
        EXPECT_NE(finished.out, "") << line << "\n" << finished.err;
      }
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_TRUE(used[i]) << "no command has " << expected[i].command;
  }

  Simulator authority{scenario};
  std::string login_host = authority.url();
  Deployment deployment{""};
  const fs::path lists = deployment.folder() / "lists";
  const fs::path programs = deployment.folder() / "programs";
};

TEST_F(Runbooks, OfWhatATenantLoses) {
  await_supported("partner.example", 1);
  authority.change(agency, R"({"region_scope": "USG", "sub_scope": "DODCON"})");
  await_supported(agency, 0);
  const Shown changed{"tenantscope events",
                      {"region scope USGov -> USG, sub scope none -> DODCON, B2B supported -> not "
                       "supported, environment Azure Government -> GCC High."}};
  const Shown asked{"tenantscope lookup", {"not_supported", "DODCON"}};
  expect_shown("TenantscopeScopeChanged", {changed, asked});
  expect_shown("TenantscopeB2BLost",
               {changed, asked, {"tenantscope explain", {"not_supported", "another email"}}});
  expect_shown("TenantscopeExpectationViolated",
               {changed,
                {"tenantscope events", {"not as expected: B2B is not supported"}},
                {"tenantscope check", {"CRITICAL", "expected: B2B supported"}, 2}});
  expect_shown("TenantscopeCollaborationLost",
               {{"tenantscope events",
                 {"joint: agency.onmicrosoft.us invites partner.example: supported -> not "
                  "supported, as agency.onmicrosoft.us@global has changed."}},
                {"tenantscope explain", {"not_supported", "another email"}}});

  authority.change(agency, R"({"region_scope": "USGov"})");
  await_supported(agency, 1);
  expect_shown("TenantscopeB2BGained",
               {{"tenantscope events", {"B2B not supported -> supported"}},
                {"tenantscope explain", {"supported", "cross-tenant access settings"}}});
}

TEST_F(Runbooks, OfWhoATenantIs) {
  authority.change(agency, R"({"tenant_id": "00000000-0000-4000-8000-00000000000a"})");
  const std::string changed =
      tenant_series("last_change_timestamp_seconds", agency, "global", "field=\"identity\"");
  ASSERT_TRUE(eventually([&] { return deployment.daemon().metrics()[changed].has_value(); }))
      << deployment.daemon().log();
  const std::string identity = "usgov/00000000-0000-4000-8000-00000000000a";
  expect_shown("TenantscopeIdentityChanged",
               {{"tenantscope events", {"another tenant answers, " + identity + " in place of "}},
                {"tenantscope lookup", {"00000000-0000-4000-8000-00000000000a"}}});
}

TEST_F(Runbooks, OfATenantThatVanishes) {
  authority.change(agency, R"({"found": false})");
  await(tenant_series("found", agency), 0);
  expect_shown("TenantscopeTenantNotFound",
               {{"tenantscope events", {"no such tenant is found any more, B2B supported -> "}},
                {"tenantscope lookup", {"No such tenant in the cloud that was asked"}}});
}

TEST_F(Runbooks, OfATenantThatIsNotHeard) {
  authority.change(agency, R"({"fault": "html"})");
  await(tenant_series("up", agency), 0);
  const Shown of_api{"api/v1/tenants/", {"\"failure\":\"not_json\""}};
  const Shown lookup{"tenantscope lookup", {"not_json"}, 1};
  expect_shown("TenantscopeTenantStale",
               {of_api, lookup, {"journalctl", {"msg=\"probe failed\"", "reason=not_json"}}});
  expect_shown("TenantscopePendingTooLong", {of_api, lookup});
}

TEST_F(Runbooks, OfAnAuthority) {
  for (const char* tenant : {agency, "partner.example", "microsoft.com"})
    authority.change(tenant, R"({"fault": {"kind": "throttle", "retry_after": "1s"}})");
  await_log("authority throttles");
  expect_shown("TenantscopeAuthorityThrottled",
               {{"journalctl", {"authority throttles", "asked="}}});
  expect_shown("TenantscopeAuthorityDown", {{"tenantscope lookup", {"throttled"}, 1},
                                            {"curl", {"429"}},
                                            {"journalctl", {"authority throttles"}}});
}

TEST_F(Runbooks, OfTheCertificateOfAnAuthority) {
  const RawServer proxy(
      [](RawConnection& connection) {
        while (connection.answer("404 Not Found", ""))
          continue;
      },
      make_certificate(deployment.folder(), "IP:127.0.0.1"));
  login_host = proxy.url();
  expect_shown("TenantscopeAuthorityCertificateExpires",
               {{"curl", {"subject:", "issuer:", "expire date:"}}});
}

TEST_F(Runbooks, OfTheCertificateOfTheWebServer) {
  make_certificate(deployment.folder(), "IP:127.0.0.1");
  const fs::path web = deployment.folder() / "web.yaml";
  write_file(web,
             "tls_server_config: {cert_file: certificate.pem, key_file: certificate-key.pem}\n");
  ASSERT_EQ(deployment.stop(), 0);
  deployment.start({"--web.config.file=" + web.string()});
  const Certificate other =
      make_certificate(deployment.folder(), "other", CertificateWish{.names = "IP:127.0.0.1"});
  fs::rename(other.file, deployment.folder() / "certificate.pem");
  const std::vector<std::string> ask = tool("curl", {"-sk", here("https://127.0.0.1:10944")});
  ASSERT_TRUE(eventually([&] {
    run(ask);  // the daemon looks at the files when it is asked
    return deployment.daemon().log().find("web configuration not reloaded") != std::string::npos;
  })) << deployment.daemon().log();
  expect_shown("TenantscopeWebCertificateExpires",
               {{"curl", {"subject:", "issuer:", "expire date:"}},
                {"journalctl", {"bad web configuration", "not reloaded"}}});
}

TEST_F(Runbooks, OfAConfigurationThatIsNotTaken) {
  write_file(deployment.config_file(), configuration(authority.url(), "tenant: [a.example]\n"));
  deployment.daemon().process().signal(SIGHUP);
  await_log("configuration not reloaded");
  const std::string wrong = ": unknown key `tenant`";
  expect_shown("TenantscopeConfigReloadFailed", {{"tenantscope config check", {wrong}, 78},
                                                 {"journalctl", {"configuration not reloaded"}},
                                                 {"systemctl reload", {"reloads"}}});
}

TEST_F(Runbooks, OfAListThatIsNotTaken) {
  write_file(lists / "a.yaml", "{}\n");
  await_log("tenant list not taken");
  expect_shown("TenantscopeConfigReloadFailed",
               {{"tenantscope config check", {"a list of tenants has to be a list"}, 78},
                {"journalctl", {"bad tenant list", "tenant list not taken"}}});
}

TEST_F(Runbooks, OfTenantsThatLeft) {
  fs::remove(lists / "a.yaml");
  for (const char* look : {"would leave", "tenants leave"}) {
    deployment.daemon().process().signal(SIGHUP);
    await_log(look);
  }
  expect_shown("TenantscopeWatchListShrank",
               {{"journalctl", {"leaving=2", "source=", "no file matches"}},
                {"tenantscope config check", {"no file matches"}},
                {"grep -A 9", {"tenant_files:", "lists/*.yaml"}},
                {"systemctl reload", {"reloads"}}});
}

TEST_F(Runbooks, OfASinkThatTakesNothing) {
  await_log("delivery failed");
  expect_shown("TenantscopeEventDeliveryStuck",
               {{"journalctl", {"delivery failed", "sink=soc"}},
                {"tenantscope events redeliver", {"to soc again"}}});
}

TEST_F(Runbooks, OfADaemonThatIsNotScraped) {
  expect_shown("TenantscopeExporterDown", {{"systemctl status", {"active"}},
                                           {"journalctl", {"msg=\"listening\""}},
                                           {"-/ready", {}},
                                           {"-/healthy", {}}});
}

TEST_F(Runbooks, OfAFleetWithoutAnActiveReplica) {
  expect_shown("TenantscopeNoActiveReplica",
               {{"-/ready", {"tenantscope is ready"}}, {"journalctl", {"msg=\"listening\""}}});
}

TEST_F(Runbooks, OfAStandbyWithAnotherConfiguration) {
  expect_shown("TenantscopeReplicaConfigDiffers", {{"sha256sum", {"tenantscope.yaml"}}});
}

TEST_F(Runbooks, OfAServerWithoutAStandby) {
  write_file(deployment.config_file(),
             read_file(deployment.config_file()) +
                 "storage: {postgresql: {hosts: [127.0.0.1], database: d, user: u, durability: "
                 "checked}}\n");
  expect_shown("TenantscopeStorageNotSynchronous",
               {{"config check", {"tenantscope.yaml"}}, {"grep", {"durability: checked"}}});
}

// A restored backup.
TEST_F(Runbooks, OfAStorageThatWentBack) {
  const fs::path backup = deployment.folder() / "backup";
  await_log("tenant seen first");
  const auto command = [&](const std::string& what) {
    const Finished done = run_tenantscope(
        {"storage", what, "--storage.path=" + deployment.storage().string(), backup.string()});
    EXPECT_EQ(done.exit_code, 0) << done.err;
  };
  command("backup");
  ASSERT_EQ(deployment.stop(), 0);
  command("restore");
  deployment.start();
  await("tenantscope_storage_rewinds_total", 1);
  await_log("the ledger went back");
  expect_shown("TenantscopeStorageRewound", {{"journalctl", {"the ledger went back", "sequence="}},
                                             {"tenantscope events", {"The journal went back"}}});
}

// As a full disk does, but for its name.
TEST_F(Runbooks, OfAStorageThatTakesNothing) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open((deployment.storage() / "tenantscope.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  authority.change(agency, R"({"region_scope": "USG"})");
  await_log("change not committed");
  expect_shown("TenantscopeStorageDown",
               {{"journalctl", {"change not committed", "tenant=agency.onmicrosoft.us"}},
                {"df", {"Filesystem"}},
                {"ls", {"tenantscope.db"}}});
  sqlite3_close(other);
}

TEST_F(Runbooks, OfAStorageThatIsGone) {
  fs::rename(deployment.storage(), deployment.folder() / "elsewhere");
  await("tenantscope_storage_up", 0);
  await_log("the storage isn't in its place");
  fs::create_directories(deployment.storage());
  expect_shown("TenantscopeStorageDown",
               {{"journalctl", {"the storage isn't in its place", "tenantscope.db"}}});
}

}  // namespace
}  // namespace tenantscope::e2e
