// The Microsoft clouds: where to ask (authority), and which hosts in a document tell that a tenant
// lives there. Built in as DOMAIN facts, extended or overridden by the configuration's `clouds:`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

struct Cloud {
  std::string name;                // "global"
  std::string authority;           // "https://login.microsoftonline.com", no slash at the end
  std::vector<std::string> hosts;  // login, token and graph hosts that documents of this cloud show
  double requests_per_second = 20;
  std::size_t connections = 16;
  HttpClientSettings http = {};  // proxy and TLS alone
};

using Clouds = std::vector<Cloud>;

const Clouds& builtin_clouds();

std::vector<std::string> names_of(const Clouds& clouds);

// nullptr where no cloud has this name.
const Cloud* find_cloud(const Clouds& clouds, std::string_view name);

// The name of the cloud that `host` (lower case) belongs to; empty where it is none's.
std::string_view cloud_of_host(const Clouds& clouds, std::string_view host);

}  // namespace tenantscope
