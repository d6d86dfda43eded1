#include "config/http/http_proxy.hpp"

#include <fmt/format.h>

#include "base/text/ascii.hpp"
#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "config/http/http_login.hpp"
#include "domain/http/no_proxy.hpp"

namespace tenantscope {
namespace {

std::string read_proxy_url(const YamlNode& node, const HttpPlace& place) {
  const auto origin = parse_origin(node.scalar);
  const auto parts = split_url(node.scalar);
  if (!node.scalar.empty() && !origin)
    place.findings.add(
        node,
        fmt::format("`proxy_url` has to be http://HOST:PORT or https://HOST:PORT, not {}{}",
                    quote(without_user(node.scalar)),
                    parts && !parts->user.empty() ? ": its login goes to `proxy_basic_auth`" : ""));
  return origin ? origin->text() : "";
}

std::string read_no_proxy(const YamlNode& node, const HttpPlace& place) {
  for (std::string_view list = node.scalar;;) {
    const auto comma = list.find(',');
    const std::string_view item = trimmed(list.substr(0, comma));
    if (!item.empty() && !is_no_proxy_item(item))
      place.findings.add(node,
                         fmt::format("`no_proxy` has to be hosts, addresses and ranges such as "
                                     "10.0.0.0/8, separated by commas; {} is none",
                                     quote(without_user(item))));
    if (comma == list.npos)
      return node.scalar;
    list.remove_prefix(comma + 1);
  }
}

void refuse_other_keys(MapReader& map) {
  constexpr std::string_view basic_alone =
      "a proxy is logged in to by Basic alone: write `proxy_basic_auth`, or let it pass this "
      "machine without a login; NTLM and Negotiate (Kerberos) aren't spoken";
  for (const char* key : {"proxy_authorization", "proxy_ntlm", "proxy_negotiate", "proxy_kerberos"})
    map.refuse(key, basic_alone);
  map.refuse("proxy_connect_header",
             "nothing but `proxy_basic_auth` is told to a proxy that passes TLS on");
}

}  // namespace

ProxySettings read_proxy(MapReader& map, const HttpPlace& place) {
  ProxySettings proxy;
  const YamlNode* url = map.text("proxy_url");
  if (url)
    proxy.url = read_proxy_url(*url, place);
  const YamlNode* login = map.map("proxy_basic_auth");
  if (login)
    proxy.login = read_basic_login(*login, "`proxy_basic_auth`", place);
  const YamlNode* no_proxy = map.text("no_proxy");
  if (no_proxy)
    proxy.no_proxy = read_no_proxy(*no_proxy, place);
  map.boolean("proxy_from_environment", proxy.from_environment);
  refuse_other_keys(map);

  const bool named = url && !url->scalar.empty();
  const auto refuse = [&](const YamlNode* node, std::string_view key) {
    if (node && proxy.from_environment)
      place.findings.add(*node, fmt::format("`{}` and `proxy_from_environment` exclude each other: "
                                            "leave one off",
                                            key));
    else if (node && !named)
      place.findings.add(*node, fmt::format("`{}` needs a `proxy_url`", key));
  };
  if (named)
    refuse(url, "proxy_url");
  refuse(login, "proxy_basic_auth");
  if (!proxy.no_proxy.empty())
    refuse(no_proxy, "no_proxy");
  return proxy;
}

}  // namespace tenantscope
