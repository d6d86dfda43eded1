#include "fetch/http_client.hpp"

#include <utility>

#include "base/cleansed.hpp"
#include "fetch/equipment.hpp"

namespace tenantscope {

HttpClient::HttpClient(Fetcher& fetcher, HttpClientSettings settings)
    : fetcher_(&fetcher), settings_(std::move(settings)) {
  if (!settings_.oauth2.client_id.empty())
    login_ = std::make_shared<OAuthLogin>(fetcher, settings_);
}

boost::asio::awaitable<Result<FetchResponse>> HttpClient::fetch(std::shared_ptr<HttpClient> client,
                                                                FetchRequest request) {
  if (const auto error = equip_connection(request, client->settings_))
    co_return *error;
  if (const auto error = equip_headers(request, client->settings_))
    co_return *error;
  if (client->login_)
    co_return co_await fetch_by_token(client, std::move(request));
  co_return co_await client->fetcher_->fetch(std::move(request));
}

boost::asio::awaitable<Result<FetchResponse>> HttpClient::fetch_by_token(
    std::shared_ptr<HttpClient> client, FetchRequest request) {
  for (bool again = false;; again = true) {
    Result<std::string> token = co_await OAuthLogin::token(client->login_, request.timeout);
    if (!token)
      co_return token.error();
    const Cleansing at_the_end(*token);
    FetchRequest one = request;
    one.headers.push_back("Authorization: Bearer " + *token);
    Result<FetchResponse> answer = co_await client->fetcher_->fetch(std::move(one));
    if (again || !answer || answer->status != 401)
      co_return answer;
    client->login_->forget(*token);
  }
}

}  // namespace tenantscope
