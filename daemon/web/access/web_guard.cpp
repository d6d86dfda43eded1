#include "web/access/web_guard.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text/ascii.hpp"
#include "base/text/visible.hpp"
#include "web/too_many_requests.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_name = 100;

// Nothing else that the answer would tell.
WebResponse in_a_word(bool good) {
  return {.status = good ? 200u : 503u, .body = good ? "ok\n" : "unavailable\n"};
}

// The configuration's word counts, whatever the answer has.
void set_headers(const WebConfig& config, WebResponse& response) {
  for (const auto& header : config.headers) {
    std::erase_if(response.headers,
                  [&](const auto& own) { return equal_ignoring_case(own.first, header.first); });
    response.headers.push_back(header);
  }
}

}  // namespace

WebGuard::WebGuard(WebHandler guarded, Source config, AuditLog& audit, Flags flags,
                   PasswordThread::Check check, Clock now)
    : guarded_(std::move(guarded)),
      config_(std::move(config)),
      flags_(std::move(flags)),
      now_(now),
      login_(audit, std::move(check), std::move(now)) {}

boost::asio::awaitable<WebResponse> WebGuard::answer(WebRequest request) {
  const std::shared_ptr<const WebConfig> config = config_();
  std::optional<WebResponse> refusal;
  bool brief = false;
  if (!request.control) {
    refusal = refuse_name(request);
    if (!refusal)
      refusal = refuse_too_many(*config);
    if (!refusal && !config->basic_auth_users.empty() && is_open(request)) {
      brief = true;
    } else if (!refusal && !config->basic_auth_users.empty()) {
      WebRequest copy = request;
      std::shared_ptr<const WebLogin::Users> users(config, &config->basic_auth_users);
      auto judging = login_.judge(std::move(copy), std::move(users));
      WebLogin::Judgement judgement = co_await std::move(judging);
      refusal = std::move(judgement.refusal);
      request.user = std::move(judgement.user);
    }
  }
  request.headers.forget_logins();
  WebResponse response;
  if (refusal) {
    response = std::move(*refusal);
  } else {
    auto answering = guarded_(std::move(request));
    response = co_await std::move(answering);
    if (brief)
      response = in_a_word(response.status == 200);
  }
  set_headers(*config, response);
  co_return response;
}

bool WebGuard::is_open(const WebRequest& request) const {
  return flags_.health == HealthLogin::none &&
         (request.method == "GET" || request.method == "HEAD") &&
         (request.path == "/-/healthy" || request.path == "/-/ready");
}

std::optional<WebResponse> WebGuard::refuse_name(const WebRequest& request) const {
  const std::string_view host = request.header("host");
  if (!request.by_loopback || flags_.hosts.know(host))
    return std::nullopt;
  return WebResponse{
      .status = 421,
      .body = fmt::format("`{}` is no name that this server is known by: ask by an IP address or "
                          "localhost, or start tenantscope with --web.external-url= or "
                          "--web.allowed-host= and that name\n",
                          visible_line(host, longest_name)),
      .refused = RefusalReason::host};
}

std::optional<WebResponse> WebGuard::refuse_too_many(const WebConfig& config) {
  if (limit_ != config.rate_limit) {
    limit_ = config.rate_limit;
    bucket_.reset();
    if (limit_)
      bucket_.emplace(limit_->interval, limit_->burst);
  }
  const SteadyTime now = now_();
  if (!bucket_ || bucket_->take(now))
    return std::nullopt;
  WebResponse refusal = too_many_requests(bucket_->until_next(now));
  refusal.refused = RefusalReason::rate_limit;
  return refusal;
}

}  // namespace tenantscope
