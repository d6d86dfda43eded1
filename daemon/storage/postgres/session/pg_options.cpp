#include "storage/postgres/session/pg_options.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "storage/postgres/session/pg_failure.hpp"

namespace tenantscope {
namespace {

// A path at which nothing is, and can't be.
constexpr const char* nowhere = "/dev/null/none";

// An empty value would be none, and the variable's would be taken.
void refuse_environment(const PgHost& host) {
  for (const char* variable : {"PGOPTIONS", "PGSERVICE", "PGHOSTADDR"})
    if (const char* const value = std::getenv(variable);
        value && *value && (is_unix_socket(host) || variable != std::string_view("PGHOSTADDR")))
      throw PgFailure(
          fmt::format("{} is set in the environment, and libpq would follow it: unset it, and say "
                      "in the configuration where the ledger is",
                      variable),
          PgFailure::unusable);
}

std::string path_or_nowhere(const std::filesystem::path& path) {
  return path.empty() ? nowhere : path.native();
}

// The name that the certificate has to have is the host's.
std::string mode_of(const PgSettings& settings, const PgHost& host) {
  if (is_unix_socket(host))
    return "disable";
  if (!settings.ca_file.empty())
    return "verify-full";
  if (is_near(host))
    return "prefer";
  throw PgFailure(
      fmt::format("{}: no CA file is named for it: without one nobody knows who answers",
                  host.name),
      PgFailure::unusable);
}

}  // namespace

bool is_unix_socket(const PgHost& host) { return host.name.starts_with('/'); }

bool is_near(const PgHost& host) {
  in_addr address;
  const bool numbers = ::inet_pton(AF_INET, host.name.c_str(), &address) == 1;
  return is_unix_socket(host) || host.name == "localhost" || host.name == "::1" ||
         (numbers && host.name.starts_with("127."));
}

PgOptions pg_options(const PgSettings& settings, const PgHost& host, const std::string& address) {
  refuse_environment(host);
  PgOptions options{{"host", host.name},
                    {"port", std::to_string(host.port)},
                    {"dbname", settings.database},
                    {"user", settings.user},
                    {"passfile", nowhere},
                    {"channel_binding", "prefer"},
                    {"client_encoding", "UTF8"},
                    {"application_name", "tenantscope"},
                    {"sslmode", mode_of(settings, host)},
                    {"sslrootcert", path_or_nowhere(settings.ca_file)},
                    {"sslcert", path_or_nowhere(settings.client_certificate_file)},
                    {"sslkey", path_or_nowhere(settings.client_key_file)},
                    {"sslcrl", nowhere},
                    {"sslcrldir", nowhere},
                    {"sslcompression", "0"},
                    {"sslsni", "1"},
                    {"ssl_min_protocol_version", "TLSv1.2"},
                    {"ssl_max_protocol_version", "TLSv1.3"},
                    {"gssencmode", "disable"},
                    {"krbsrvname", "postgres"},
                    {"target_session_attrs", "any"},
                    {"connect_timeout", "0"},
                    {"keepalives", "1"},
                    {"keepalives_idle", "5"},
                    {"keepalives_interval", "2"},
                    {"keepalives_count", "3"}};
  if (!address.empty())
    options.emplace_back("hostaddr", address);
  if (settings.password) {
    const Result<std::string> password = settings.password();
    if (!password)
      throw PgFailure(password.error().detail, PgFailure::unusable);
    options.emplace_back("password", *password);
  }
  return options;
}

}  // namespace tenantscope
