// Passwords, tokens and keys: no finding, log line, answer, metric or file of the daemon's own
// shows one, wherever in a configuration people put it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"
#include "support/certificate.hpp"
#include "support/raw_server.hpp"

namespace tenantscope::e2e {
namespace {

constexpr std::string_view canary = "CANARY";

bool tells(std::string_view text) { return text.find(canary) != std::string_view::npos; }

void expect_refused(const Finished& finished, const std::string& what) {
  EXPECT_NE(finished.exit_code, 0) << what;
  EXPECT_FALSE(finished.out.empty() && finished.err.empty()) << what;
  EXPECT_FALSE(tells(finished.out)) << what << "\n" << finished.out;
  EXPECT_FALSE(tells(finished.err)) << what << "\n" << finished.err;
}

// A sink's form of HTTP, around what is wrong in it.
std::string webhook(const std::string& keys) {
  return "events: {sinks: [{name: s, webhook: {" + keys + "}}]}\n";
}

TEST(Secrets, InAConfigurationAreInNoFinding) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "c.yaml";
  const std::string hook = "url: \"https://hook.example/\", ";
  for (const std::string& config :
       {std::string("clouds: {global: {proxy_url: \"http://me:CANARY@proxy.example:3128\"}}\n"),
        std::string("clouds: {global: {proxy_url: \"me:CANARY@proxy.example:3128\"}}\n"),
        std::string("clouds: {global: {authority: \"https://me:CANARY@login.example\"}}\n"),
        std::string("tenant_urls: [{url: \"https://me:CANARY@lists.example/all\"}]\n"),
        std::string("tenants: [{name: \"https://me:CANARY@a.example/\"}]\n"),
        webhook("url: \"https://me:CANARY@hook.example/\""),
        webhook("url: \"ftp://me:CANARY@hook.example/\""),
        webhook(hook + "secret_files: [CANARY]"),
        webhook(hook + "secret_files: [whsec_CANARY]"),
        webhook(hook + "secret_file: CANARY"),
        webhook(hook + "bearer_token_file: CANARY"),
        webhook(hook + "bearer_token: CANARY"),
        webhook(hook + "basic_auth: {username: me, password: CANARY}"),
        webhook(hook + "basic_auth: {username: me, password_file: CANARY}"),
        webhook("url_file: CANARY"),
        webhook("url_file: \"https://hook.example/CANARY\""),
        webhook(hook + "template: pagerduty, template_value_files: {routing_key: CANARY}"),
        webhook(hook + "authorization: {credentials: CANARY}"),
        webhook(hook + "authorization: {credentials_file: CANARY}"),
        webhook(hook + "authorization: {type: Basic, credentials: CANARY}"),
        webhook(hook + "proxy_url: \"http://me:CANARY@proxy.example\""),
        webhook(hook + "no_proxy: \"http://me:CANARY@proxy.example\""),
        webhook(hook + "proxy_url: \"http://p\", proxy_basic_auth: {username: me, password: "
                       "CANARY}"),
        webhook(hook + "proxy_url: \"http://p\", proxy_basic_auth: {username: me, password_file: "
                       "CANARY}"),
        webhook(hook + "tls_config: {cert_file: none.pem, key_file: CANARY}"),
        webhook(hook + "tls_config: {cert_file: none.pem, key: CANARY}"),
        webhook(hook + "oauth2: {client_id: me, client_secret: CANARY, token_url: "
                       "\"https://me:CANARY@login.example\"}"),
        webhook(hook + "oauth2: {client_id: me, client_secret_file: CANARY, token_url: "
                       "\"ftp://login.example/CANARY\"}"),
        webhook(hook + "http_headers: {X-Key: {values: [\"CANARY\\n\"]}}"),
        webhook(hook + "http_headers: {X-Key: {secrets: [CANARY]}}"),
        webhook(hook + "http_headers: {X-Key: {files: [CANARY]}}"),
        webhook(hook + "http_headers: {Cookie: {values: [CANARY]}}"),
        std::string("tenant_urls: [{url: \"https://lists.example/\", authorization: {credentials: "
                    "CANARY}}]\n"),
        std::string("clouds: {global: {http_headers: {X-Key: {values: [CANARY]}}}}\n"),
        std::string("clouds: {global: {proxy_url: \"http://p\", proxy_basic_auth: {username: me, "
                    "password: CANARY}}}\n"),
        std::string("events: {sinks: [{name: s, alertmanager: {urls: "
                    "[\"https://me:CANARY@am.example\"]}}]}\n")}) {
    write_file(file, "tenants: [{name: b.example}]\n" + config);
    if (config.starts_with("tenants:"))
      write_file(file, config);
    expect_refused(run(tenantscope_command({"config", "check", file.string()})), config);
  }
}

TEST(Secrets, InAWebConfigurationAreInNoLine) {
  const TemporaryFolder folder;
  const Deployment deployment("tenants: [{name: a.example}]\n");
  const auto file = folder.path() / "web.yaml";
  for (const std::string config :
       {"basic_auth_users: {me: CANARY}\n", "basic_auth_users: [\"me:CANARY\"]\n",
        "tls_server_config: {cert_file: none.pem, key_file: \"-----BEGIN PRIVATE "
        "KEY-----CANARY\"}\n",
        "tls_server_config: {cert_file: none.pem, key: CANARY}\n"}) {
    write_file(file, config);
    expect_refused(run(tenantscope_command(
                       {"serve", "--config.file=" + deployment.config_file().string(),
                        "--storage.path=" + deployment.storage().string(),
                        "--web.listen-address=127.0.0.1:0", "--web.config.file=" + file.string()})),
                   config);
  }
}

TEST(Secrets, OfCommandsAreInNoMessage) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "http.yaml";
  const std::string url = "--url=http://127.0.0.1:1";
  for (const std::string config :
       {"basic_auth: {username: me, password_file: CANARY}\n",
        "authorization: {credentials_file: CANARY}\n",
        "authorization: {credentials: CANARY, credentials_file: CANARY}\n",
        "basic_auth: {username: me, password: CANARY}\nnonsense: 1\n",
        "proxy_url: \"http://me:CANARY@proxy.example\"\n",
        "proxy_basic_auth: {username: me, password: CANARY}\n",
        "oauth2: {client_id: me, client_secret: CANARY, token_url: \"ftp://CANARY\"}\n",
        "tls_config: {cert_file: none.pem, key_file: CANARY}\n",
        "http_headers: {X-Key: {secrets: [\"CANARY\\r\"]}}\n",
        "http_headers: {Cookie: {values: [CANARY]}}\n"}) {
    write_file(file, config);
    expect_refused(
        run(tenantscope_command({"tenants", url, "--http.config.file=" + file.string()})), config);
  }
  for (const char* command : {"tenants", "status", "events"})
    expect_refused(run(tenantscope_command({command, "--url=http://me:CANARY@127.0.0.1:1"})),
                   command);
}

// The secrets are good ones here, and used.
TEST(Secrets, InUseAreNowhere) {
  const Simulator authority("tenants: [{name: a.example, region_scope: NA}]");
  Deployment deployment("");
  write_file(deployment.folder() / "token", "CANARYtoken\n");
  write_file(deployment.folder() / "password", "CANARYpassword\n");
  write_file(deployment.folder() / "url", "http://127.0.0.1:1/services/CANARYurl\n");
  write_file(deployment.folder() / "key", "CANARYkey\n");
  make_certificate(deployment.folder(), "own", CertificateWish{});
  const RawServer tokens([](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      connection.read_body(*head);
      const std::string body = "{\"access_token\": \"CANARYaccess\"}";
      connection.send(
          fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
    }
  });
  const RawServer refusing([](RawConnection& connection) {
    while (connection.answer("403 No", "no"))
      continue;
  });
  const std::string config = configuration(
      authority.url(),
      "tenants: [{name: a.example}]\nevents: {sinks: [\n"
      "  {name: a, webhook: {url: \"http://127.0.0.1:1/\", bearer_token_file: token}},\n"
      "  {name: b, webhook: {url: \"http://127.0.0.1:1/\", basic_auth: {username: me, "
      "password_file: password}}},\n"
      "  {name: c, webhook: {url: \"https://hook.invalid/\", proxy_url: \"" +
          refusing.url() +
          "\", proxy_basic_auth: {username: me, password_file: password}, tls_config: {cert_file: "
          "own.pem, key_file: own-key.pem}, http_headers: {X-Key: {values: [CANARYvalue], files: "
          "[password]}}}},\n"
          "  {name: d, webhook: {url: \"" +
          refusing.url() +
          "/\", oauth2: {client_id: me, client_secret_file: password, token_url: \"" +
          tokens.url() +
          "/?key=CANARYquery\"}}},\n"
          "  {name: e, webhook: {url_file: url, template: pagerduty, template_value_files: "
          "{routing_key: key}}},\n"
          "  {name: f, alertmanager: {url_files: [url]}}]}\n");
  deployment.configure(config);
  Daemon& daemon = deployment.start({"--log.level=debug", "--web.enable-lifecycle"});
  ASSERT_TRUE(eventually([&] { return deployment.journal().size() == 1; }));
  for (const char* sink : {"sink=c", "sink=d"})
    EXPECT_TRUE(eventually([&] {
      return !lines_with(daemon.log(), {sink, "403"}).empty();
    })) << daemon.log();
  std::filesystem::remove(deployment.folder() / "token");
  ASSERT_TRUE(
      eventually([&] { return !lines_with(daemon.log(), {"the secret can't be read"}).empty(); }));
  for (const char* path : {"/", "/events", "/events.atom", "/config", "/metrics", "/api/v1/status",
                           "/api/v1/tenants", "/api/v1/probes", "/api/v1/events"})
    EXPECT_FALSE(tells(http_get(daemon.url() + path).body)) << path;
  EXPECT_EQ(deployment.stop(), 0);
  EXPECT_FALSE(tells(daemon.log())) << daemon.log();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(deployment.storage()))
    EXPECT_FALSE(entry.is_regular_file() && tells(read_file(entry.path()))) << entry.path();
}

// How often a text stands in what a process may write to.
std::size_t times_in_memory(pid_t process, const std::string& text) {
  const std::string folder = fmt::format("/proc/{}/", process);
  std::ifstream maps(folder + "maps");
  std::ifstream memory(folder + "mem", std::ios::binary);
  std::size_t times = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" rw") == line.npos)
      continue;
    const std::size_t from = std::stoull(line, nullptr, 16);
    const std::size_t to = std::stoull(line.substr(line.find('-') + 1), nullptr, 16);
    std::string bytes(to - from, '\0');
    memory.clear();
    memory.seekg(std::streamoff(from));
    memory.read(bytes.data(), std::streamsize(bytes.size()));
    bytes.resize(std::size_t(memory.gcount()));
    for (auto at = bytes.find(text); at != bytes.npos; at = bytes.find(text, at + 1))
      ++times;
  }
  return times;
}

TEST(SecretsSlow, OfRequestsAreInNoMemoryOnceTheyAreAnswered) {
  Deployment deployment("tenants: []\n");
  const auto web = deployment.folder() / "web.yaml";
  // "open sesame", at bcrypt's least cost.
  write_file(web,
             "basic_auth_users:\n  alice: "
             "$2b$04$8kZ3yWqGm1nP0rS5tU7vXeE4jtxbkw.yOB5NDj.oVDVyVVNtT0O9S\n");
  Daemon& daemon = deployment.start({"--web.config.file=" + web.string()});
  const pid_t process = daemon.process().pid();
  if (times_in_memory(process, "web.yaml") == 0)
    GTEST_SKIP() << "the daemon's memory can't be read";
  const struct {
    std::string login;
    std::string header;
    int status;
  } table[] = {
      {"YWxpY2U6b3BlbiBzZXNhbWU=", "Accept: */*", 200},
      {"YWxpY2U6bm90IHNvIG9wZW4=", "Accept: */*", 401},
      {"YSB3cm9uZyBvbmU6eA==", "Expect: nonsense", 417},  // refused before it is judged
  };
  for (const auto& row : table) {
    EXPECT_EQ(
        http_get(daemon.url() + "/-/healthy", {"Authorization: Basic " + row.login, row.header})
            .status,
        row.status);
    EXPECT_TRUE(eventually([&] { return times_in_memory(process, row.login) == 0; })) << row.status;
  }
}

}  // namespace
}  // namespace tenantscope::e2e
