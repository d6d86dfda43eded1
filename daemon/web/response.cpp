#include "web/response.hpp"

#include <fmt/format.h>

#include <boost/beast/http/status.hpp>

namespace tenantscope {
namespace {

namespace http = boost::beast::http;

std::string framing_field(const WebResponse& response, Framing framing) {
  if (response.status == 304)  // a length would be that of the body that isn't sent
    return {};
  switch (framing) {
    case Framing::length:
      return fmt::format("Content-Length: {}\r\n", response.body.size());
    case Framing::chunked:
      return "Transfer-Encoding: chunked\r\n";
    case Framing::close:
      break;
  }
  return {};
}

}  // namespace

std::string_view to_string(RefusalReason reason) {
  switch (reason) {
    case RefusalReason::full:
      return "full";
    case RefusalReason::evicted:
      return "evicted";
    case RefusalReason::rate_limit:
      return "rate_limit";
    case RefusalReason::host:
      break;
  }
  return "host";
}

Framing framing_of(const WebResponse& response, bool http_1_0) {
  if (!response.pieces)
    return Framing::length;
  return http_1_0 ? Framing::close : Framing::chunked;
}

std::string response_head(const WebResponse& response, Framing framing, bool keep_alive) {
  const auto reason = http::obsolete_reason(http::int_to_status(response.status));
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\n{}X-Content-Type-Options: nosniff\r\nConnection: "
      "{}\r\n",
      response.status, std::string_view(reason), response.content_type,
      framing_field(response, framing), keep_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : response.headers)
    head += fmt::format("{}: {}\r\n", name, value);
  return head + "\r\n";
}

WebResponse refusal(const BadRequest& bad) {
  WebResponse response{.status = bad.status, .body = bad.why + "\n"};
  if (bad.status == 405)
    response.headers.emplace_back("Allow", "GET, HEAD, POST");
  return response;
}

WebResponse no_room(std::string why) {
  return {.status = 503,
          .body = std::move(why) + "\n",
          .headers = {{"Retry-After", "1"}},
          .refused = RefusalReason::full};
}

}  // namespace tenantscope
