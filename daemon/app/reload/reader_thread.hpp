// Reads configurations on a thread of its own, with what they do to the tenants, and gives back
// the memory of those that aren't in force any more. On the loop's thread, but for reading itself.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "app/changeover.hpp"
#include "app/reload/serve_config.hpp"

namespace tenantscope {

// A configuration that was read.
struct NewConfig {
  ServeConfig loaded;     // without main.settings: those are the changeover's
  Changeover changeover;  // of one without errors
  std::string digest;     // likewise, where its storage is shared: as config_digest() has it
};

class ReaderThread {
 public:
  // What settings do to the tenants; on the thread that reads.
  using Plan = std::function<Changeover(std::shared_ptr<const Settings> settings)>;

  explicit ReaderThread(Plan plan) : plan_(std::move(plan)) {}

  // REQUIRES: as the plan does.
  boost::asio::awaitable<std::shared_ptr<NewConfig>> read(std::function<ServeConfig()> load);
  void forget(std::shared_ptr<const Settings> settings);

  // Ends what is being read with `when_stopped`.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  Cancelled when_stopped() const;

 private:
  const Plan plan_;
  std::atomic<bool> stopped_ = false;
  boost::asio::thread_pool thread_{1};
};

}  // namespace tenantscope
