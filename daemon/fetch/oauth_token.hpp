// How a token is asked for by a client's own credentials (RFC 6749, 4.4), and what the answer
// means. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/http/http_client_settings.hpp"
#include "fetch/fetcher.hpp"

namespace tenantscope {

inline constexpr std::size_t token_answer_limit = 64 * kib;

struct OAuthToken {
  std::string text;
  std::optional<Duration> lifetime;  // nothing: the server doesn't say
};

// Servers take the credentials in a header; some only in the body.
FetchRequest token_request(const OAuth2Settings& settings, const std::string& secret, bool in_body);

// Error (http_status, throttled, redirect, encoding, too_large, not_json, other): what is wrong
// with the answer, without anything that could be secret in it.
Result<OAuthToken> read_token(const FetchResponse& answer);

}  // namespace tenantscope
