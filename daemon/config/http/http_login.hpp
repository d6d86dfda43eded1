// Reads what lets an HTTP client in: `basic_auth`, `authorization` and `oauth2`. For
// config/http/http_client.
#pragma once

#include <string_view>

#include "config/http/http_place.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

// `what` names the map in messages.
BasicLogin read_basic_login(const YamlNode& node, std::string_view what, const HttpPlace& place);
AuthorizationSettings read_authorization(const YamlNode& node, const HttpPlace& place);
OAuth2Settings read_oauth2(const YamlNode& node, const HttpPlace& place);

}  // namespace tenantscope
