#include "sinks/http_delivery.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text/http_date.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

using Advice = Refusal::Advice;

constexpr std::size_t answer_limit = 4096;
constexpr std::size_t quotation_limit = 200;

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

Delivery read_answer(const Address& from, const FetchResponse& response,
                     const std::function<std::string(std::string_view)>& missing) {
  std::optional<Refusal> refusal = refusal_of(response.status);
  std::string why;
  if (!refusal && missing)
    why = missing(response.body);
  if (!refusal && why.empty())
    return {};
  if (!refusal)
    refusal = Refusal{.error = {ErrorKind::other, ""}, .advice = Advice::later};
  const std::string quoted = quotation(shown_of(from, response.body));
  refusal->error.detail =
      fmt::format("{}{} answered with status {}{}{}{}",
                  response.by_proxy ? "the proxy before " : "", from.shown, response.status,
                  why.empty() ? "" : " and ", why, quoted.empty() ? "" : ": " + quoted);
  refusal->retry_after = parse_retry_after(response.retry_after, wall_now());
  return *refusal;
}

Refusal no_answer(const Address& from, const Error& error) {
  const bool known = std::ranges::find(delivery_reasons, error.kind) != delivery_reasons.end();
  const ErrorKind kind = known ? error.kind : ErrorKind::other;
  const std::string_view said = shown_of(from, error.detail);
  return {.error = {kind, fmt::format("{}: {}", from.shown, said.empty() ? to_string(kind) : said)},
          .advice = error.kind == ErrorKind::io ? Advice::later : Advice::soon};
}

}  // namespace

boost::asio::awaitable<Delivery> deliver_post(std::shared_ptr<HttpClient> client, Duration timeout,
                                              Post post) {
  post.headers.push_back("Content-Type: " + post.letter.content_type);
  FetchRequest request{.url = post.to.url,
                       .timeout = timeout,
                       .headers = std::move(post.headers),
                       .post = std::move(post.letter.body),
                       .body_limit = answer_limit,
                       .status_suffices = true};
  const Result<FetchResponse> fetched = co_await HttpClient::fetch(client, std::move(request));
  if (!fetched)
    co_return no_answer(post.to, fetched.error());
  co_return read_answer(post.to, *fetched, post.missing);
}

}  // namespace tenantscope
