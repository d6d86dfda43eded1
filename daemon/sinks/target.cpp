#include "sinks/target.hpp"

#include <fmt/format.h>

#include "base/text/url.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

// "https://host:port": a path or query may hold a token, user information does.
std::string origin_of(std::string_view url) {
  const auto parts = split_url(url);
  return parts ? fmt::format("{}://{}", parts->scheme, parts->host) : std::string();
}

// As errors name it.
std::string_view without_port(std::string_view host) {
  return host.ends_with(']') ? host : host.substr(0, host.rfind(':'));
}

}  // namespace

Result<Address> address_of(const Target& target) {
  if (target.file.empty())
    return Address{.url = target.url, .shown = origin_of(target.url)};
  Result<std::string> secret = read_secret(target.file, delivery_patience);
  if (!secret)
    return secret.error();
  const Result<Url> url = parse_url(*secret);
  if (!url)
    return Error{ErrorKind::io,
                 fmt::format("{}: the URL in it {}", target.file.native(), url.error().detail)};
  return Address{.url = url->text(),
                 .shown = fmt::format("the receiver in {}", target.file.native()),
                 .secret = true};
}

// A receiver that doesn't know a path tends to repeat it, and an error may name the host.
std::string_view shown_of(const Address& address, std::string_view said) {
  if (!address.secret)
    return said;
  const auto parts = split_url(address.url);
  if (parts && said.find(without_port(parts->host)) != said.npos)
    return {};
  std::string_view rest = parts ? parts->rest : address.url;
  while (!rest.empty()) {
    const auto end = rest.find_first_of("/?&=#");
    const std::string_view piece = rest.substr(0, end);
    if (piece.size() >= 4 && said.find(piece) != said.npos)
      return {};
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  return said;
}

}  // namespace tenantscope
