// What it means that a proxy didn't pass a connection on. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "fetch/answer_head.hpp"
#include "fetch/fetcher.hpp"

namespace tenantscope {

// A 429 is an answer, and heeded as one of the server's; anything else is an error (connect) that
// says what the proxy said and what to do. `proxy_url` is shown; `logged_in`: it was told a login.
Result<FetchResponse> refused_by_proxy(const ProxyHead& head, const std::string& proxy_url,
                                       bool logged_in);

// Likewise, of an answer with `status` that may be the server's: then nothing.
std::optional<Result<FetchResponse>> word_of_proxy(const AnswerHead& head,
                                                   const FetchRequest& request, int status);

}  // namespace tenantscope
