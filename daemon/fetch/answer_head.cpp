#include "fetch/answer_head.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text/ascii.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_word = 128;
constexpr std::size_t longest_location = 2048;
constexpr std::size_t longest_etag = 1024;

// Of a Content-Encoding: it lists no coding but `identity`, which is none (RFC 9110, 8.4.1).
bool all_identity(std::string_view codings) {
  for (;;) {
    const auto comma = codings.find(',');
    const auto coding = trimmed(codings.substr(0, comma));
    if (!coding.empty() && !equal_ignoring_case(coding, "identity"))
      return false;
    if (comma == codings.npos)
      return true;
    codings.remove_prefix(comma + 1);
  }
}

// Of "HTTP/1.1 407 ..."; 0 where it is none.
int status_of(std::string_view line) {
  int status = 0;
  line.remove_prefix(std::min(line.find(' '), line.size()));
  line = trimmed(line);
  std::from_chars(line.data(), line.data() + line.size(), status);
  return status;
}

struct HeadLine {
  std::string_view name, value;  // both empty: the line is none
};

HeadLine line_in(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos || is_ascii_blank(line.front()))  // a folded one goes on
    return {};
  return {line.substr(0, colon), trimmed(line.substr(colon + 1))};
}

// The scheme of a Proxy-Authenticate.
void add_login(std::string_view challenge, std::string& logins) {
  if (logins.size() >= longest_word)
    return;
  logins += logins.empty() ? "" : ", ";
  logins += challenge.substr(0, std::min(challenge.find_first_of(" ,"), longest_word));
}

}  // namespace

void AnswerHead::begin(bool keep_lines) {
  *this = {};
  keep_lines_ = keep_lines;
}

void AnswerHead::begin_server() {
  server_ = true;
  bytes_ = 0;
}

bool AnswerHead::take(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > limit) {
    too_large_ = true;
    return false;
  }
  if (!server_)
    return take_proxy(line);
  take_server(line);
  return true;
}

// Its body needn't be waited for.
bool AnswerHead::take_proxy(std::string_view line) {
  if (line.starts_with("HTTP/"))
    proxy_ = {.status = status_of(line), .retry_after = {}, .logins = {}};
  refused_ = trimmed(line).empty() && proxy_.status >= 300;
  const auto [name, value] = line_in(line);
  if (equal_ignoring_case(name, "retry-after"))
    proxy_.retry_after = value.substr(0, longest_word);
  if (equal_ignoring_case(name, "proxy-authenticate"))
    add_login(value, proxy_.logins);
  return !refused_;
}

void AnswerHead::take_server(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // the status line: of the final answer, or of a 1xx before it
    fields_ = {};
    const int status = status_of(line);
    interim_ = status >= 100 && status < 200;
  }
  if (trimmed(line).empty() && !interim_)
    complete_ = true;
  const auto [name, value] = line_in(line);
  if (name.empty())
    return;
  if (keep_lines_)
    fields_.lines.emplace_back(trimmed(line));
  take_field(name, value);
}

void AnswerHead::take_field(std::string_view name, std::string_view value) {
  if (equal_ignoring_case(name, "content-encoding") && !all_identity(value))
    fields_.encoded = true;
  if (equal_ignoring_case(name, "retry-after"))
    fields_.retry_after = value;
  if (equal_ignoring_case(name, "x-ms-request-id"))
    fields_.request_id = value.substr(0, longest_word);
  if (equal_ignoring_case(name, "etag") && value.size() <= longest_etag)  // a cut one is another
    fields_.etag = value;
  if (equal_ignoring_case(name, "last-modified"))
    fields_.last_modified = value.substr(0, longest_word);
  if (equal_ignoring_case(name, "content-type"))
    fields_.content_type = value.substr(0, longest_word);
  if (equal_ignoring_case(name, "location"))
    fields_.location = value.substr(0, longest_location);
  if (equal_ignoring_case(name, "proxy-authenticate"))
    add_login(value, fields_.proxy_logins);
}

}  // namespace tenantscope
