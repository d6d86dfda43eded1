// /config: the configuration in force.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/operations.hpp"
#include "web/server.hpp"

namespace tenantscope {

boost::asio::awaitable<WebResponse> show_config(const Operations& operations);

}  // namespace tenantscope
