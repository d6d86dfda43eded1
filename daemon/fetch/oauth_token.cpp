#include "fetch/oauth_token.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/cleansed.hpp"
#include "base/text/ascii.hpp"
#include "base/text/html.hpp"
#include "base/text/visible.hpp"
#include "fetch/equipment.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_reason = 80;
constexpr double longest_lifetime = 366.0 * 24 * 3600;

const std::string* text_at(const json::object& object, std::string_view key, std::string& text) {
  const json::value* const value = object.if_contains({key.data(), key.size()});
  if (!value || !value->is_string())
    return nullptr;
  text = std::string(value->get_string());
  return &text;
}

// The closed set of words that a server has for this (RFC 6749, 5.2).
std::string reason_in(const json::object* object) {
  std::string said;
  if (!object || !text_at(*object, "error", said))
    return {};
  return ": " + visible_line(said, longest_reason);
}

Error refusal_of_token(int status, const json::object* object) {
  const ErrorKind kind = status == 429       ? ErrorKind::throttled
                         : status / 100 == 3 ? ErrorKind::redirect
                                             : ErrorKind::http_status;
  return {kind, fmt::format("answers with status {}{}", status, reason_in(object))};
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::optional<Duration> lifetime_in(const json::object& object) {
  const json::value* const value = object.if_contains("expires_in");
  double seconds = -1;
  if (value && value->is_number())
    seconds = value->to_number<double>();
  else if (value && value->is_string())  // as Entra's older endpoint writes it
    seconds = std::strtod(value->get_string().c_str(), nullptr);
  if (!std::isfinite(seconds) || seconds <= 0)
    return std::nullopt;
  return Duration(std::int64_t(std::min(seconds, longest_lifetime) * 1000));
}

}  // namespace

FetchRequest token_request(const OAuth2Settings& settings, const std::string& secret,
                           bool in_body) {
  std::string body = "grant_type=client_credentials";
  if (!settings.scopes.empty())
    body += "&scope=" + percent_encoded(fmt::format("{}", fmt::join(settings.scopes, " ")));
  CleansedTexts headers{"Content-Type: application/x-www-form-urlencoded",
                        "Accept: application/json"};
  if (in_body)
    body += fmt::format("&client_id={}&client_secret={}", percent_encoded(settings.client_id),
                        percent_encoded(secret));
  else
    headers.push_back(
        basic_authorization(percent_encoded(settings.client_id), percent_encoded(secret)));
  FetchRequest request{.url = settings.token_url};
  request.headers = std::move(headers);
  request.post = std::move(body);
  request.body_limit = token_answer_limit;
  return request;
}

Result<OAuthToken> read_token(const FetchResponse& answer) {
  if (answer.encoded)
    return Error{ErrorKind::encoding, "answers with a Content-Encoding"};
  if (answer.truncated)
    return Error{ErrorKind::too_large,
                 fmt::format("answers with over {} KiB", token_answer_limit / kib)};
  boost::system::error_code broken;
  const json::value parsed = json::parse(answer.body, broken);
  const json::object* const object = broken ? nullptr : parsed.if_object();
  if (answer.status != 200)
    return refusal_of_token(answer.status, object);
  if (!object)
    return Error{ErrorKind::not_json, "answers with something else than a JSON object"};
  OAuthToken token;
  if (!text_at(*object, "access_token", token.text) || !is_token(token.text))
    return Error{ErrorKind::other, "answers without an `access_token` that can be one"};
  std::string type;
  if (text_at(*object, "token_type", type) && !equal_ignoring_case(type, "bearer"))
    return Error{ErrorKind::other, fmt::format("answers with a token of the type {}, where Bearer "
                                               "alone is spoken",
                                               visible_line(type, longest_reason))};
  token.lifetime = lifetime_in(*object);
  return token;
}

}  // namespace tenantscope
