#include "fetch/equipment.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/cleansed.hpp"
#include "base/text/base64.hpp"
#include "base/text/url.hpp"
#include "config/secret_file.hpp"
#include "domain/http/no_proxy.hpp"
#include "fetch/environment_proxy.hpp"

namespace tenantscope {
namespace {

Result<ChosenProxy> choose_proxy(const Origin& server, const ProxySettings& settings) {
  if (settings.from_environment)
    return environment_proxy(server);
  ChosenProxy proxy;
  if (settings.url.empty() || bypasses_proxy(settings.no_proxy, server.host, port_of(server)))
    return proxy;
  proxy.url = settings.url;
  if (settings.login.username.empty())
    return proxy;
  Result<std::string> password = read_secret_source(settings.login.password);
  if (!password)
    return password.error();
  proxy.login = {settings.login.username, std::move(*password)};
  return proxy;
}

// Nothing where none is wanted.
Result<std::optional<std::string>> authorization(const HttpClientSettings& settings) {
  const bool basic = !settings.basic_auth.username.empty();
  const SecretSource& source =
      basic ? settings.basic_auth.password : settings.authorization.credentials;
  if (!source.wanted())
    return std::nullopt;
  Result<std::string> secret = read_secret_source(source);
  if (!secret)
    return secret.error();
  const Cleansing at_the_end(*secret);
  return basic ? basic_authorization(settings.basic_auth.username, *secret)
               : fmt::format("Authorization: {} {}", settings.authorization.type, *secret);
}

}  // namespace

std::string basic_authorization(const std::string& username, const std::string& password) {
  std::string login = username + ":" + password;
  const Cleansing at_the_end(login);
  return "Authorization: Basic " + encode_base64(login);
}

Result<std::string> read_secret_source(const SecretSource& secret) {
  if (secret.file.empty())
    return secret.text;
  return read_secret(secret.file, delivery_patience);
}

std::optional<Error> equip_connection(FetchRequest& request, const HttpClientSettings& settings) {
  request.tls = settings.tls;
  if (settings.proxy.url.empty() && !settings.proxy.from_environment)
    return std::nullopt;
  const Result<Url> url = parse_url(request.url);
  if (!url)
    return std::nullopt;  // the fetcher says so
  Result<ChosenProxy> proxy = choose_proxy(url->origin, settings.proxy);
  if (!proxy)
    return proxy.error();
  request.proxy_url = std::move(proxy->url);
  request.proxy_login = std::move(proxy->login);
  return std::nullopt;
}

std::optional<Error> equip_headers(FetchRequest& request, const HttpClientSettings& settings) {
  Result<std::optional<std::string>> admission = authorization(settings);
  if (!admission)
    return admission.error();
  if (*admission)
    request.headers.push_back(std::move(**admission));
  for (const HttpHeaderSettings& header : settings.headers) {
    for (const std::string& value : header.values)
      request.headers.push_back(fmt::format("{}: {}", header.name, value));
    for (const auto& file : header.files) {
      Result<std::string> value = read_secret(file, delivery_patience);
      if (!value)
        return value.error();
      const Cleansing at_the_end(*value);
      request.headers.push_back(fmt::format("{}: {}", header.name, *value));
    }
  }
  return std::nullopt;
}

}  // namespace tenantscope
