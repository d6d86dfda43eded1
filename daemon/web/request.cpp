#include "web/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/cleansed.hpp"
#include "base/text/ascii.hpp"
#include "base/text/utf8.hpp"

namespace tenantscope {
namespace {

using Refused = std::optional<BadRequest>;

Refused refuse(unsigned status, std::string why) { return BadRequest{status, std::move(why)}; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [=](char c) {
    return is_alphanumeric(c) || others.find(c) != others.npos;
  });
}

bool is_host(std::string_view text) {
  constexpr std::string_view others = "-._~%!$&'()*+,;=:[]";
  return std::ranges::all_of(
      text, [=](char c) { return is_alphanumeric(c) || others.find(c) != others.npos; });
}

// HOST or HOST:PORT, without a user.
bool is_authority(std::string_view text) {
  const auto colon = text.rfind(':');
  const bool has_port = colon != text.npos && text.find(']', colon) == text.npos;
  const auto host = text.substr(0, has_port ? colon : text.npos);
  const auto port = has_port ? text.substr(colon + 1) : std::string_view{};
  const bool literal = host.starts_with('[') && host.ends_with(']');
  return !host.empty() && is_host(host) && std::ranges::all_of(port, is_digit) &&
         (literal || host.find_first_of("[]:") == host.npos);
}

// Takes what stands before `delimiter`, and the delimiter; everything where there is none.
std::string_view take_until(std::string_view& text, std::string_view delimiter) {
  const auto end = text.find(delimiter);
  const auto taken = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + delimiter.size());
  return taken;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const char* digits = text.data() + i + 1;
      unsigned value = 0;
      if (text.size() - i < 3 || std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2)
        return std::nullopt;
      c = char(value);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (is_control(c))
      return std::nullopt;
    result += c;
  }
  return is_utf8(result) ? std::optional(std::move(result)) : std::nullopt;
}

// Takes "http://AUTHORITY" from the front of a target in absolute form (RFC 9112, 3.2.2). False:
// there is none.
bool take_authority(std::string_view& target, std::string& authority) {
  const std::string scheme = lower(take_until(target, "://"));
  authority = target.substr(0, target.find_first_of("/?#"));
  target.remove_prefix(authority.size());
  return (scheme == "http" || scheme == "https") && is_authority(authority);
}

// `authority`: the target's own, where it has one.
Refused read_target(std::string_view target, WebRequest& request, std::string& authority) {
  const std::string why =
      "the request's target has a bad percent-encoding, a control character or isn't UTF-8";
  if (target.size() > target_limit)
    return refuse(414, fmt::format("the request's target is over {} bytes", target_limit));
  const bool read = target.starts_with('/') || take_authority(target, authority);
  if (!read || target.find('#') != target.npos)
    return refuse(400, "the request's target is neither a path nor an http URL");
  auto path = decoded(take_until(target, "?"), false);
  if (!path)
    return refuse(400, why);
  request.path = path->empty() ? "/" : std::move(*path);
  while (!target.empty()) {
    std::string_view value = take_until(target, "&");
    if (value.empty())
      continue;
    auto name = decoded(take_until(value, "="), true);
    auto content = decoded(value, true);
    if (!name || !content)
      return refuse(400, why);
    request.query.emplace_back(std::move(*name), std::move(*content));
  }
  return {};
}

Refused read_request_line(std::string_view line, WebRequest& request, bool& http_1_0,
                          std::string& authority) {
  const auto method = take_until(line, " ");
  const auto target = take_until(line, " ");
  const auto version = line;
  const bool versioned = version.size() == 8 && version.starts_with("HTTP/") &&
                         is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  if (!is_token(method) || target.empty() || !versioned)
    return refuse(400, "malformed request line");
  http_1_0 = version == "HTTP/1.0";
  if (!http_1_0 && version != "HTTP/1.1")
    return refuse(505, "HTTP/1.1 and HTTP/1.0 are spoken here");
  if (method != "GET" && method != "HEAD" && method != "POST")
    return refuse(405, "GET, HEAD and POST are understood here");
  request.method = method;
  return read_target(target, request, authority);
}

Refused read_field(std::string_view line, WebRequest& request) {
  if (line.find(':') == line.npos)
    return refuse(400, "a header field without a colon");
  const auto name = take_until(line, ":");
  if (!is_token(name))
    return refuse(400, "a header field's name is malformed, or a field is folded");
  request.headers.emplace_back(lower(name), trimmed(line, " \t"));
  return {};
}

Refused read_body_length(RequestHead& head, std::uint64_t body_limit) {
  const auto count = [&](std::string_view name) {
    return std::ranges::count(head.request.headers, name,
                              [](const auto& field) { return std::string_view(field.first); });
  };
  const auto lengths = count("content-length");
  const auto encodings = count("transfer-encoding");
  if (lengths + encodings > 1)
    return refuse(400, "the body's length is said more than once");
  if (encodings == 1) {
    if (head.http_1_0 || lower(head.request.header("transfer-encoding")) != "chunked")
      return refuse(400, "a Transfer-Encoding other than chunked");
    head.chunked = true;
  }
  if (lengths == 1) {
    const auto text = head.request.header("content-length");
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), head.content_length);
    if (text.empty() || !std::ranges::all_of(text, is_digit))
      return refuse(400, "Content-Length is no number");
    if (error != std::errc{} || head.content_length > body_limit)
      return refuse(413, fmt::format("the body is over {} bytes", body_limit));
  }
  if (head.has_body() && head.request.method != "POST")
    return refuse(400, fmt::format("a {} with a body", head.request.method));
  return {};
}

Refused read_host(const WebRequest& request, bool http_1_0) {
  std::size_t hosts = 0;
  for (const auto& [name, value] : request.headers) {
    if (name != "host")
      continue;
    ++hosts;
    if (!is_host(value))
      return refuse(400, "a malformed Host");
  }
  if (hosts > 1)
    return refuse(400, "more than one Host");
  if (hosts == 0 && !http_1_0)
    return refuse(400, "no Host");
  return {};
}

// The target's own authority holds, whatever Host says.
void set_host(WebRequest& request, std::string authority) {
  std::erase_if(request.headers, [](const auto& field) { return field.first == "host"; });
  request.headers.emplace_back("host", std::move(authority));
}

Refused read_expectations(RequestHead& head) {
  for (const auto& [name, value] : head.request.headers) {
    if (name != "expect")
      continue;
    if (lower(value) != "100-continue")
      return refuse(417, "no expectation but 100-continue can be met");
    head.expects_continue = head.has_body() && !head.http_1_0;
  }
  return {};
}

}  // namespace

void WebHeaders::forget_logins() {
  for (auto& [name, value] : *this)
    if (name == "authorization" || name == "proxy-authorization")
      cleanse(value);
}

std::optional<std::string_view> WebRequest::parameter(std::string_view name) const {
  const auto found =
      std::ranges::find(query, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == query.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string_view WebRequest::header(std::string_view lower_case_name) const {
  const auto found = std::ranges::find(
      headers, lower_case_name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    const bool after_return = i > 0 && bytes[i - 1] == '\r';
    const bool line_feed = bytes[i] == '\n';
    if (after_return != line_feed)
      return i + 1;
    if (is_control(bytes[i]) && !line_feed && bytes[i] != '\r' && bytes[i] != '\t')
      return i + 1;
    if (line_feed && (i == 1 || (i >= 3 && bytes[i - 2] == '\n')))
      return i + 1;
  }
  return std::nullopt;
}

BadRequest too_long(std::string_view unfinished_head) {
  if (unfinished_head.find('\n') == unfinished_head.npos)
    return {414, "the request's first line is too long"};
  return {431, "the request's header fields are too long"};
}

boost::system::result<RequestHead, BadRequest> parse_head(std::string_view head,
                                                          std::uint64_t body_limit) {
  if (!head.ends_with("\r\n\r\n"))
    return BadRequest{400,
                      "the request holds a line that doesn't end in CR LF, or a control character"};
  head.remove_suffix(2);

  RequestHead result;
  std::string authority;
  Refused refused =
      read_request_line(take_until(head, "\r\n"), result.request, result.http_1_0, authority);
  while (!refused && !head.empty())
    refused = read_field(take_until(head, "\r\n"), result.request);
  if (!refused)
    refused = read_host(result.request, result.http_1_0);
  if (!authority.empty())
    set_host(result.request, std::move(authority));
  if (!refused)
    refused = read_body_length(result, body_limit);
  if (!refused)
    refused = read_expectations(result);
  if (refused)
    return *std::move(refused);
  return result;
}

}  // namespace tenantscope
