#include "fetch/oauth_login.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "base/cleansed.hpp"
#include "base/clock.hpp"
#include "base/text/url.hpp"
#include "fetch/equipment.hpp"
#include "fetch/oauth_token.hpp"

namespace tenantscope {
namespace {

constexpr Duration longest_margin = std::chrono::seconds(30);

// Its URL may hold a secret in its query.
Error named(const OAuth2Settings& settings, const Error& error) {
  const Result<Url> url = parse_url(settings.token_url);
  return {error.kind, fmt::format("the server of tokens {}: {}",
                                  url ? url->origin.text() : std::string(), error.detail)};
}

}  // namespace

// While a token is asked for. Where that is given up, so are those who wait for it.
struct OAuthLogin::Asking {
  explicit Asking(std::shared_ptr<OAuthLogin> who) : login(std::move(who)) {
    login->asking_ = true;
  }
  ~Asking() {
    login->asking_ = false;
    const auto given_up = std::exchange(login->waiting_, {});
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  std::shared_ptr<OAuthLogin> login;
};

OAuthLogin::OAuthLogin(Fetcher& fetcher, HttpClientSettings settings)
    : fetcher_(&fetcher), settings_(std::move(settings)) {}

OAuthLogin::~OAuthLogin() { cleanse(token_); }

bool OAuthLogin::has_good_token() const { return !token_.empty() && steady_now() < good_until_; }

void OAuthLogin::keep(const std::string& token, std::optional<Duration> lifetime,
                      SteadyTime asked) {
  cleanse(token_);
  token_ = token;
  good_until_ =
      lifetime ? asked + *lifetime - std::min(longest_margin, *lifetime / 5) : SteadyTime::max();
}

void OAuthLogin::forget(const std::string& token) {
  if (token_ == token)
    cleanse(token_);
}

boost::asio::awaitable<Result<std::string>> OAuthLogin::token(std::shared_ptr<OAuthLogin> login,
                                                              Duration timeout) {
  if (login->has_good_token())
    co_return login->token_;
  if (login->asking_) {
    std::function<void(Callback<Result<std::string>>)> wait =
        [&waiting = login->waiting_](Callback<Result<std::string>> told) {
          waiting.push_back(std::move(told));
        };
    co_return co_await await_callback<Result<std::string>>(std::move(wait));
  }
  const Asking asking(login);
  Result<std::string> token = co_await ask(login, timeout);
  for (const auto& told : std::exchange(login->waiting_, {}))
    told(token);
  co_return token;
}

boost::asio::awaitable<Result<std::string>> OAuthLogin::ask(std::shared_ptr<OAuthLogin> login,
                                                            Duration timeout) {
  const OAuth2Settings& settings = login->settings_.oauth2;
  Result<std::string> secret = read_secret_source(settings.client_secret);
  if (!secret)
    co_return secret.error();
  const Cleansing at_the_end(*secret);
  const SteadyTime asked = steady_now();
  for (bool in_body = login->in_body_.value_or(false);; in_body = true) {
    FetchRequest request = token_request(settings, *secret, in_body);
    request.timeout = timeout;
    if (const auto error = equip_connection(request, login->settings_))
      co_return *error;
    const Result<FetchResponse> answer = co_await login->fetcher_->fetch(std::move(request));
    if (!answer)
      co_return named(settings, answer.error());
    const bool refused = answer->status == 400 || answer->status == 401;
    if (refused && !in_body && !login->in_body_)
      continue;
    const Result<OAuthToken> token = read_token(*answer);
    if (!token)
      co_return named(settings, token.error());
    login->in_body_ = in_body;
    login->keep(token->text, token->lifetime, asked);
    co_return token->text;
  }
}

}  // namespace tenantscope
