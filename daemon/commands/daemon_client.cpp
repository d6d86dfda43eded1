#include "commands/daemon_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/bytes.hpp"
#include "base/text/url.hpp"
#include "base/text/visible.hpp"
#include "config/http/client_file.hpp"
#include "system/control_socket.hpp"

namespace tenantscope {
namespace {

constexpr Duration patience = std::chrono::seconds(60);
constexpr std::size_t longest_error = 1000;

struct NotThere : FatalError {
  using FatalError::FatalError;
};

HttpClientSettings read_client(const std::filesystem::path& file) {
  if (file.empty())
    return {};
  LoadedHttpClient loaded = load_http_client(file);
  if (loaded.errors.empty())
    return std::move(loaded.client);
  std::string findings;
  for (const ConfigFinding& finding : loaded.errors)
    findings += (findings.empty() ? "" : "\n") + to_string(finding);
  throw FatalError(exit_unusable, findings);
}

}  // namespace

Finding read_finding(const boost::json::value& tenant) {
  const auto text = [&](const char* key) {
    return tenant.at(key).is_string() ? std::string(tenant.at(key).as_string()) : "";
  };
  return {.found = tenant.at("found").as_bool(),
          .cloud = text("cloud"),
          .tenant_id = parse_guid(text("tenant_id")).value_or(Guid{}),
          .region_scope = text("region_scope"),
          .sub_scope = text("sub_scope")};
}

CLI::Option* add_url_options(CLI::App& command, DaemonPlace& place, const std::string& what) {
  CLI::Option* url =
      command.add_option("--url", place.url, what + ", such as http://127.0.0.1:10944");
  command
      .add_option("--http.config.file", place.http_config_file,
                  "Proxy, TLS and login for --url, in the format of Prometheus' programs")
      ->needs(url);
  return url;
}

void add_daemon_options(CLI::App& command, DaemonPlace& place) {
  CLI::Option* storage =
      command
          .add_option("--storage.path", place.storage_path, "The daemon that works on this storage")
          ->capture_default_str();
  add_url_options(command, place, "The daemon at this URL instead")->excludes(storage);
}

DaemonClient::DaemonClient(const DaemonPlace& place)
    : url_(place.url),
      where_(without_user(url_)),
      client_(std::make_shared<HttpClient>(fetcher_, read_client(place.http_config_file))) {
  while (url_.ends_with('/'))
    url_.pop_back();
  if (!url_.empty())
    return;
  const std::filesystem::path& storage = place.storage_path;
  const auto socket = control_socket(storage);
  if (!socket)
    throw FatalError(
        exit_failure,
        fmt::format("{}: the path is too long for a socket: name the daemon with --url",
                    storage.native()));
  std::error_code ignored;
  if (!std::filesystem::exists(*socket, ignored))
    throw FatalError(
        exit_failure,
        fmt::format("no daemon is running on the storage {}: start it, or name one with --url",
                    storage.native()));
  url_ = "http://localhost";
  unix_socket_ = socket->native();
  where_ = fmt::format("the daemon on {}", storage.native());
}

boost::json::value DaemonClient::get(const std::string& target, Duration timeout) {
  return ask({.timeout = timeout}, target);
}

boost::json::value DaemonClient::post(const std::string& target) {
  return ask({.timeout = patience, .post = ""}, target);
}

std::optional<boost::json::value> DaemonClient::find(const std::string& target) {
  try {
    return get(target);
  } catch (const NotThere&) {
    return std::nullopt;
  }
}

boost::asio::awaitable<boost::json::value> DaemonClient::fetch(std::string target) {
  return send({.timeout = patience}, std::move(target));
}

boost::json::value DaemonClient::ask(FetchRequest request, std::string target) {
  boost::asio::io_context loop(1);
  auto future =
      co_spawn(loop, send(std::move(request), std::move(target)), boost::asio::use_future);
  loop.run();
  return future.get();
}

boost::asio::awaitable<boost::json::value> DaemonClient::send(FetchRequest request,
                                                              std::string target) {
  request.url = url_ + target;
  request.unix_socket = unix_socket_;
  request.body_limit = 64 * mib;
  const Result<FetchResponse> response = co_await HttpClient::fetch(client_, std::move(request));
  if (!response)
    throw FatalError(exit_failure, fmt::format("{}: {}", where_, response.error().detail));
  if (response->by_proxy)
    throw FatalError(exit_failure, fmt::format("{}: the proxy before it answered with status {}",
                                               where_, response->status));
  if (response->status == 401)
    throw FatalError(exit_failure,
                     fmt::format("{}: it wants another login: see --http.config.file", where_));
  if (response->status == 421)
    throw FatalError(exit_failure,
                     fmt::format("{}: {}", where_, visible_line(response->body, longest_error)));
  if (response->status == 503 && !response->retry_after.empty())
    throw DaemonBusy(exit_failure, fmt::format("{}: too busy: try again in a moment", where_));
  if (response->status == 400 && url_.starts_with("http://") &&
      response->body.find("HTTPS") != std::string::npos)
    throw FatalError(exit_failure,
                     fmt::format("{}: HTTPS is spoken there: write https:// in --url", where_));
  boost::system::error_code broken;
  const boost::json::value answer = boost::json::parse(response->body, broken);
  const auto* object = broken ? nullptr : answer.if_object();
  if (!object || !object->contains("status"))
    throw FatalError(exit_failure, fmt::format("{}: no tenantscope answers there", where_));
  if (response->status == 200)
    co_return object->at("data");
  const std::string why =
      fmt::format("{}: {}", where_,
                  visible_line(std::string_view(object->at("error").as_string()), longest_error));
  if (response->status == 404)
    throw NotThere(exit_failure, why);
  throw FatalError(exit_failure, why);
}

// The daemon gives a thousand at a time.
boost::json::array watched_tenants(DaemonClient& daemon, const std::string& query) {
  boost::json::array tenants;
  for (std::size_t total = 1; tenants.size() < total;) {
    const boost::json::value page =
        daemon.get(fmt::format("/api/v1/tenants?{}offset={}", query, tenants.size()));
    total = page.at("total").to_number<std::size_t>();
    const boost::json::array& more = page.at("tenants").as_array();
    if (more.empty())
      break;
    tenants.insert(tenants.end(), more.begin(), more.end());
  }
  return tenants;
}

}  // namespace tenantscope
