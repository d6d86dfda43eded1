#include "fetch/named_server.hpp"

#include <string_view>

#include <fmt/format.h>

#include "base/text/url.hpp"

namespace tenantscope {

NamedServer named_server(const std::string& url, const std::string& name) {
  const auto parts = split_url(url).value();
  const auto colon = parts.host.rfind(':');
  const bool has_port = colon != std::string_view::npos && !parts.host.ends_with(']');
  const std::string_view port = has_port ? parts.host.substr(colon + 1) : "443";
  const std::string_view host = parts.host.substr(0, has_port ? colon : parts.host.size());
  return {.url = fmt::format("https://{}:{}{}", name, port, parts.rest),
          .connect_to = fmt::format("::{}:{}", host, port),
          .host = fmt::format("Host: {}", parts.host)};
}

}  // namespace tenantscope
