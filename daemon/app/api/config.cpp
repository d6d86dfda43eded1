#include "app/api/config.hpp"

#include <memory>

#include "formats/settings_yaml.hpp"

namespace tenantscope {

namespace {

class ConfigBody : public WebBody {
 public:
  explicit ConfigBody(std::shared_ptr<const Settings> settings) : settings_(std::move(settings)) {}

  WebPiece next() override {
    part_ = yaml_.next();
    return {.text = part_};
  }

 private:
  std::shared_ptr<const Settings> settings_;
  SettingsYaml yaml_{*settings_};
  std::string part_;
};

}  // namespace

boost::asio::awaitable<WebResponse> show_config(const Operations& operations) {
  std::shared_ptr<const Settings> settings = co_await operations.settings();
  WebResponse response;
  response.pieces = std::make_unique<ConfigBody>(std::move(settings));
  co_return response;
}

}  // namespace tenantscope
