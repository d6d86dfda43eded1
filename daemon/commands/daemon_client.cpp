#include "commands/daemon_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <fmt/format.h>

#include "io/control_socket.hpp"

namespace tenantscope {
namespace {

struct NotThere : FatalError {
  using FatalError::FatalError;
};

}  // namespace

DaemonClient::DaemonClient(std::string url, const std::filesystem::path& storage) : url_(std::move(url)), where_(url_) {
  while (url_.ends_with('/')) url_.pop_back();
  if (!url_.empty()) return;
  const auto socket = control_socket(storage);
  if (!socket) throw FatalError(exit_failure, fmt::format("{}: the path is too long for a socket: name the daemon with --url", storage.native()));
  std::error_code ignored;
  if (!std::filesystem::exists(*socket, ignored))
    throw FatalError(exit_failure, fmt::format("no daemon is running on the storage {}: start it, or name one with --url", storage.native()));
  url_ = "http://localhost";
  unix_socket_ = socket->native();
  where_ = fmt::format("the daemon on {}", storage.native());
}

boost::json::value DaemonClient::get(const std::string& target, Duration timeout) { return ask({.timeout = timeout}, target); }

boost::json::value DaemonClient::post(const std::string& target) {
  return ask({.timeout = std::chrono::seconds(60), .post = ""}, target);
}

std::optional<boost::json::value> DaemonClient::find(const std::string& target) {
  try {
    return get(target);
  } catch (const NotThere&) {
    return std::nullopt;
  }
}

boost::json::value DaemonClient::ask(FetchRequest request, const std::string& target) {
  request.url = url_ + target;
  request.unix_socket = unix_socket_;
  request.body_limit = 64 * 1024 * 1024;
  boost::asio::io_context loop(1);
  auto future = co_spawn(loop, fetcher_.fetch(std::move(request)), boost::asio::use_future);
  loop.run();
  const Result<FetchResponse> response = future.get();
  if (!response) throw FatalError(exit_failure, fmt::format("{}: {}", where_, response.error().detail));
  boost::system::error_code broken;
  const boost::json::value answer = boost::json::parse(response->body, broken);
  const auto* object = broken ? nullptr : answer.if_object();
  if (!object || !object->contains("status")) throw FatalError(exit_failure, fmt::format("{}: no tenantscope answers there", where_));
  if (response->status == 404) throw NotThere(exit_failure, fmt::format("{}: {}", where_, std::string_view(object->at("error").as_string())));
  if (response->status != 200) throw FatalError(exit_failure, fmt::format("{}: {}", where_, std::string_view(object->at("error").as_string())));
  return object->at("data");
}

}  // namespace tenantscope
