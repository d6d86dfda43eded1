#include "app/api/config.hpp"

#include <memory>

#include "view/settings_yaml.hpp"

namespace tenantscope {

boost::asio::awaitable<WebResponse> show_config(const Operations& operations) {
  const std::shared_ptr<const Settings> settings = co_await operations.settings();
  co_return WebResponse{.body = settings_yaml(*settings)};
}

}  // namespace tenantscope
