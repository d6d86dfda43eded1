// The URLs of a configuration, read strictly. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tenantscope {

// A URL's parts as they were written, with nothing checked.
struct UrlParts {
  std::string_view scheme;  // before "://"
  std::string_view user;    // before the last @ of what follows
  std::string_view host;    // with the port
  std::string_view rest;    // from the first of `/?#`
};

// Nothing where there is no "://".
std::optional<UrlParts> split_url(std::string_view text);

// A server, and nothing on it.
struct Origin {
  std::string scheme;      // "https" or "http"
  std::string host;        // in lower case; an IPv6 address in brackets
  std::uint16_t port = 0;  // 0: the scheme's own
  bool loopback = false;

  std::string text() const;
};

struct Url {
  Origin origin;
  std::string rest;  // path and query as they were written; empty where there are none

  std::string text() const { return origin.text() + rest; }
};

// Error: what is wrong, to be read after "`url` "; what to do about a user or password is its
// caller's to say, who has keys for that or none. It doesn't say the URL, which may have a
// password in it.
Result<Url> parse_url(std::string_view written);

// How a URL may be shown: its query may hold a secret.
std::string without_query(std::string_view url);

// How what was written for a URL may be shown, be it one or not: before an @ may be a password.
std::string without_user(std::string_view written);

// Where a Location header leads, as it may be shown: without query, fragment and user information,
// and nothing of what can't be told apart from them. It needn't be absolute, nor a URL at all.
std::string redirect_target(std::string_view location);

// A single slash at the end is passed over.
std::optional<Origin> parse_origin(std::string_view written);

}  // namespace tenantscope
