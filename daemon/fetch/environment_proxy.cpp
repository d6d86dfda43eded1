#include "fetch/environment_proxy.hpp"

#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text/ascii.hpp"
#include "base/text/percent.hpp"
#include "domain/http/no_proxy.hpp"

namespace tenantscope {
namespace {

// The variable, under the name that it has; an empty text: it isn't set.
struct Variable {
  std::string name;
  std::string text;
};

Variable variable(const std::string& name) {
  for (const std::string& one : {name, lower(name)})
    if (const char* text = std::getenv(one.c_str()); text && *text)
      return {one, text};
  return {name, ""};
}

Result<ChosenProxy> read_proxy_variable(const Variable& variable) {
  const Error refused{ErrorKind::other,
                      fmt::format("{} of the environment has to be [http[s]://][USER:PASSWORD@]"
                                  "HOST[:PORT], with %XX for what stands for something in it",
                                  variable.name)};
  const std::string url =
      variable.text.find("://") == std::string::npos ? "http://" + variable.text : variable.text;
  const UrlParts parts = split_url(url).value();
  const auto origin = parse_origin(fmt::format("{}://{}{}", parts.scheme, parts.host, parts.rest));
  if (!origin)
    return refused;
  ChosenProxy proxy{.url = origin->text()};
  if (parts.user.empty())
    return proxy;
  const auto colon = parts.user.find(':');
  auto username = decode_percent(parts.user.substr(0, colon));
  auto password =
      decode_percent(colon == parts.user.npos ? std::string_view{} : parts.user.substr(colon + 1));
  if (!username || username->empty() || username->find(':') != std::string::npos || !password)
    return refused;
  proxy.login = {std::move(*username), std::move(*password)};
  return proxy;
}

}  // namespace

std::uint16_t port_of(const Origin& server) {
  return server.port ? server.port : std::uint16_t(server.scheme == "https" ? 443 : 80);
}

Result<ChosenProxy> environment_proxy(const Origin& server) {
  const Variable proxy = variable(server.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (proxy.text.empty() || server.loopback ||
      bypasses_proxy(variable("NO_PROXY").text, server.host, port_of(server)))
    return ChosenProxy{};
  return read_proxy_variable(proxy);
}

}  // namespace tenantscope
