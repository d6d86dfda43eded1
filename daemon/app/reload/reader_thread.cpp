#include "app/reload/reader_thread.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "app/replica/config_digest.hpp"
#include "base/callback.hpp"
#include "system/heap.hpp"

namespace tenantscope {

namespace asio = boost::asio;

asio::awaitable<std::shared_ptr<NewConfig>> ReaderThread::read(std::function<ServeConfig()> load) {
  using Reading = std::shared_ptr<NewConfig>;
  std::function<void(Callback<Reading>)> start = [this,
                                                  load = std::move(load)](Callback<Reading> done) {
    asio::post(thread_, [this, load, done] {
      auto config =
          std::make_shared<NewConfig>(NewConfig{.loaded = load(), .changeover = {}, .digest = {}});
      auto settings = std::make_shared<const Settings>(std::move(config->loaded.main.settings));
      if (config->loaded.main.errors.empty()) {
        if (settings->postgresql)
          config->digest = config_digest(*settings);
        config->changeover = plan_(std::move(settings));
      }
      done(std::move(config));
    });
  };
  return await_callback<Reading>(std::move(start));
}

void ReaderThread::forget(std::shared_ptr<const Settings> settings) {
  asio::post(thread_, [settings = std::move(settings)]() mutable {
    settings.reset();
    trim_heap();
  });
}

Cancelled ReaderThread::when_stopped() const {
  return [this] { return stopped_.load(); };
}

}  // namespace tenantscope
