#include "base/text/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text/ascii.hpp"

namespace tenantscope {
namespace {

// Takes `prefix` off the front of `text`.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.front() != '.' && host.find("..") == std::string_view::npos &&
         std::ranges::all_of(host, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

// Reads the host off the front of `text`; nothing where it is none.
std::optional<Origin> take_host(std::string_view& text) {
  Origin origin;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos)
      return std::nullopt;
    origin.host = text.substr(0, end + 1);
    in6_addr address{};
    if (inet_pton(AF_INET6, origin.host.substr(1, end - 1).c_str(), &address) != 1)
      return std::nullopt;
    origin.loopback = IN6_IS_ADDR_LOOPBACK(&address);
  } else {
    origin.host = text.substr(0, text.find(':'));
    if (!is_host_name(origin.host))
      return std::nullopt;
    in_addr address{};
    origin.loopback =
        origin.host == "localhost" || (inet_pton(AF_INET, origin.host.c_str(), &address) == 1 &&
                                       ntohl(address.s_addr) >> 24 == 127);
  }
  text.remove_prefix(origin.host.size());
  return origin;
}

bool take_port(std::string_view& text, std::uint16_t& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || port == 0)
    return false;
  text.remove_prefix(std::size_t(end - text.data()));
  return true;
}

// `authority` is what stands between "://" and the path.
Result<Origin> parse_authority(std::string_view scheme, std::string_view authority) {
  const std::string lowered = lower(authority);
  std::string_view text = lowered;
  if (text.empty() || text.starts_with(':'))
    return Error{ErrorKind::other, "has no host"};
  std::optional<Origin> origin = take_host(text);
  if (!origin || !(text.empty() || text.starts_with(':')))
    return Error{ErrorKind::other,
                 "has a host that can't be one: write a name of a-z, 0-9, - and ., or an address "
                 "(of IPv6 in brackets)"};
  if (take(text, ":") && !(take_port(text, origin->port) && text.empty()))
    return Error{ErrorKind::other, "has a port that can't be one: write a number from 1 to 65535"};
  origin->scheme = scheme;
  return std::move(*origin);
}

}  // namespace

std::optional<UrlParts> split_url(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == text.npos)
    return std::nullopt;
  UrlParts parts{.scheme = text.substr(0, colon), .user = {}, .host = {}, .rest = {}};
  const std::string_view after = text.substr(colon + 3);
  parts.host = after.substr(0, after.find_first_of("/?#"));
  parts.rest = after.substr(parts.host.size());
  if (const auto at = parts.host.rfind('@'); at != parts.host.npos) {
    parts.user = parts.host.substr(0, at);
    parts.host.remove_prefix(at + 1);
  }
  return parts;
}

std::string Origin::text() const {
  return port ? fmt::format("{}://{}:{}", scheme, host, port)
              : fmt::format("{}://{}", scheme, host);
}

Result<Url> parse_url(std::string_view written) {
  const std::string scheme = lower(written.substr(0, written.find("://")));
  if ((scheme != "https" && scheme != "http") || scheme.size() == written.size())
    return Error{ErrorKind::other, "has to begin with https:// or http://"};
  const std::string_view text = written.substr(scheme.size() + 3);
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos)
    return Error{ErrorKind::other, "can't have a user or password in it"};
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; }))
    return Error{ErrorKind::other,
                 "can't have spaces, control characters or others than ASCII in it: write them as "
                 "%XX, and a host's as "
                 "xn--..."};
  if (text.find('#') != std::string_view::npos)
    return Error{ErrorKind::other, "can't have a fragment in it: leave off the # and what follows"};
  Result<Origin> origin = parse_authority(scheme, authority);
  if (!origin)
    return origin.error();
  return Url{std::move(*origin), std::string(text.substr(authority.size()))};
}

std::optional<Origin> parse_origin(std::string_view written) {
  Result<Url> url = parse_url(written);
  if (!url || !(url->rest.empty() || url->rest == "/"))
    return std::nullopt;
  return std::move(url->origin);
}

std::string without_user(std::string_view written) {
  const auto scheme = written.find("://");
  const auto begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const auto at = written.rfind('@');
  if (at == std::string_view::npos || at < begin)
    return std::string(written);
  return fmt::format("{}...{}", written.substr(0, begin), written.substr(at));
}

std::string without_query(std::string_view url) {
  return std::string(url.substr(0, url.find('?')));
}

// As browsers read it: blanks and control characters are nothing, a backslash is a slash, and there
// may be any number of them after the scheme.
std::string redirect_target(std::string_view location) {
  std::string target(location.substr(0, location.find_first_of("?#")));
  std::ranges::replace(target, '\\', '/');
  std::erase_if(target, [](char c) { return c >= 0 && c <= ' '; });
  const auto delimiter = target.find_first_of(":/");
  const bool has_scheme = delimiter < target.size() && target[delimiter] == ':';
  const std::size_t after_scheme = has_scheme ? delimiter + 1 : 0;
  std::size_t host = after_scheme;
  if (has_scheme || target.starts_with("//"))
    host = std::min(target.find_first_not_of('/', after_scheme), target.size());
  const std::size_t path = std::min(target.find('/', host), target.size());
  const auto user_end = target.substr(host, path - host).rfind('@');
  if (user_end != std::string::npos)
    target.erase(host, user_end + 1);
  return target;
}

}  // namespace tenantscope
