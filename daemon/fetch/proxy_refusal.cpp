#include "fetch/proxy_refusal.hpp"

#include <string_view>

#include <fmt/format.h>

#include "base/text/ascii.hpp"
#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

bool takes_basic(const std::string& logins) {
  return lower(logins).find("basic") != std::string::npos;
}

std::string wanted_login(const ProxyHead& head, bool logged_in) {
  if (!head.logins.empty() && !takes_basic(head.logins))
    return fmt::format(
        "wants a login by {} (407), which isn't spoken here: it has to take Basic, "
        "or this machine without a login",
        visible_line(head.logins, 100));
  return logged_in ? fmt::format("refuses the login ({}): see `proxy_basic_auth`", head.status)
                   : fmt::format("wants a login ({}): write `proxy_basic_auth`", head.status);
}

// Tinyproxy says 401 of a login that is wrong.
bool is_of_login(int status) { return status == 407 || status == 401; }

}  // namespace

Result<FetchResponse> refused_by_proxy(const ProxyHead& head, const std::string& proxy_url,
                                       bool logged_in) {
  if (head.status == 429) {
    FetchResponse answer;
    answer.status = head.status;
    answer.retry_after = head.retry_after;
    answer.by_proxy = true;
    return answer;
  }
  return Error{ErrorKind::connect,
               is_of_login(head.status)
                   ? fmt::format("the proxy {} {}", proxy_url, wanted_login(head, logged_in))
                   : fmt::format("the proxy {} refuses the connection with status {}", proxy_url,
                                 head.status)};
}

std::optional<Result<FetchResponse>> word_of_proxy(const AnswerHead& head,
                                                   const FetchRequest& request, int status) {
  const bool logged_in = !request.proxy_login.empty();
  if (head.refused_by_proxy())
    return refused_by_proxy(head.proxy(), request.proxy_url, logged_in);
  if (status != 407 || request.proxy_url.empty() || !request.url.starts_with("http:"))
    return std::nullopt;
  const ProxyHead own{.status = 407, .retry_after = {}, .logins = head.fields().proxy_logins};
  return refused_by_proxy(own, request.proxy_url, logged_in);
}

}  // namespace tenantscope
