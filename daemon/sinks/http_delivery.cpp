#include "sinks/http_delivery.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text/http_date.hpp"
#include "base/text/url.hpp"

namespace tenantscope {
namespace {

using Advice = Refusal::Advice;

constexpr std::size_t answer_limit = 4096;
constexpr std::size_t quotation_limit = 200;

// "https://host:port": a path or query may hold a token, user information does.
std::string origin_of(std::string_view url) {
  const auto parts = split_url(url);
  return parts ? fmt::format("{}://{}", parts->scheme, parts->host) : std::string();
}

// What a log can show of an answer's body.
std::string quotation(std::string_view body) {
  std::string text;
  for (const char c : body) {
    if (text.size() == quotation_limit)
      return text + "...";
    if (c > ' ' && c <= '~')
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
  }
  if (text.ends_with(' '))
    text.pop_back();
  return text;
}

// Nothing: the receiver took it.
std::optional<Refusal> refusal_of(int status) {
  const auto refuse = [](ErrorKind kind, Advice advice) {
    return Refusal{.error = {kind, ""}, .advice = advice};
  };
  switch (status) {
    case 408:
    case 425:
      return refuse(ErrorKind::http_status, Advice::soon);
    case 410:
      return refuse(ErrorKind::http_status, Advice::never);
    case 429:
      return refuse(ErrorKind::throttled, Advice::soon);
  }
  switch (status / 100) {
    case 2:
      return std::nullopt;
    case 3:
      return refuse(ErrorKind::redirect, Advice::later);
    case 5:
      return refuse(ErrorKind::http_status, Advice::soon);
  }
  return refuse(ErrorKind::http_status, Advice::later);
}

Delivery read_answer(const std::string& origin, const FetchResponse& response) {
  std::optional<Refusal> refusal = refusal_of(response.status);
  if (!refusal)
    return {};
  const std::string quoted = quotation(response.body);
  refusal->error.detail =
      fmt::format("{}{} answered with status {}{}{}", response.by_proxy ? "the proxy before " : "",
                  origin, response.status, quoted.empty() ? "" : ": ", quoted);
  refusal->retry_after = parse_retry_after(response.retry_after, wall_now());
  return *refusal;
}

Refusal no_answer(const std::string& origin, const Error& error) {
  const bool known = std::ranges::find(delivery_reasons, error.kind) != delivery_reasons.end();
  return {
      .error = {known ? error.kind : ErrorKind::other, fmt::format("{}: {}", origin, error.detail)},
      .advice = error.kind == ErrorKind::io ? Advice::later : Advice::soon};
}

}  // namespace

boost::asio::awaitable<Delivery> deliver_post(std::shared_ptr<HttpClient> client, Duration timeout,
                                              Post post) {
  post.headers.push_back("Content-Type: " + post.content_type);
  const std::string origin = origin_of(post.url);
  FetchRequest request{.url = std::move(post.url),
                       .timeout = timeout,
                       .headers = std::move(post.headers),
                       .post = std::move(post.body),
                       .body_limit = answer_limit,
                       .status_suffices = true};
  const Result<FetchResponse> fetched = co_await HttpClient::fetch(client, std::move(request));
  if (!fetched)
    co_return no_answer(origin, fetched.error());
  co_return read_answer(origin, *fetched);
}

}  // namespace tenantscope
