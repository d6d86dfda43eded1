#include "simulator/http.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "domain/finding.hpp"

namespace tenantscope::simulator {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find("\r\n");
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  return line;
}

}  // namespace

int read_head(std::string_view head, Request& request) {
  const std::string_view line = take_line(head);
  const auto first_space = line.find(' ');
  const auto last_space = line.rfind(' ');
  if (first_space == 0 || first_space == std::string_view::npos || last_space == first_space)
    return 400;
  request.method = line.substr(0, first_space);
  request.target = line.substr(first_space + 1, last_space - first_space - 1);
  const auto version = line.substr(last_space + 1);
  if (!request.target.starts_with('/') || request.target.find(' ') != std::string::npos)
    return 400;
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return 400;
  request.keep_alive = version == "HTTP/1.1";

  while (true) {
    const std::string_view header = take_line(head);
    if (header.empty())
      return 0;
    const auto colon = header.find(':');
    if (colon == 0 || colon == std::string_view::npos)
      return 400;
    const std::string name = normalized(header.substr(0, colon));
    const std::string value = normalized(header.substr(colon + 1));
    if (name == "connection")
      request.keep_alive = request.keep_alive ? value != "close" : value == "keep-alive";
    if (name == "transfer-encoding")
      return 400;
    if (name == "content-length") {
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), request.content_length);
      if (error != std::errc{} || end != value.data() + value.size())
        return 400;
      if (request.content_length > body_limit)
        return 413;
    }
  }
}

std::string to_bytes(const Reply& reply, bool keep_alive) {
  std::string bytes =
      fmt::format("HTTP/1.1 {} {}\r\n{}", reply.status, reason_phrase(reply.status), reply.headers);
  if (!reply.content_type.empty())
    bytes += fmt::format("Content-Type: {}\r\n", reply.content_type);
  if (!keep_alive)
    bytes += "Connection: close\r\n";
  bytes += fmt::format("Content-Length: {}\r\n\r\n", reply.body.size());
  return bytes.append(
      reply.body, 0,
      reply.ending == Reply::Ending::cut ? reply.body.size() / 2 : reply.body.size());
}

std::string http_date(WallTime time) {
  constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  return fmt::format("{}, {:02} {} {:04} {} GMT", weekdays[std::chrono::weekday(day).c_encoding()],
                     unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()),
                     rfc3339(time).substr(11, 8));
}

}  // namespace tenantscope::simulator
