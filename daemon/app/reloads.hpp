// Reads the configuration anew while the loop goes on: whole at a reload, its lists alone when one
// has changed. One at a time; what has no errors is put into force, of anything else the last good
// one stays. On the loop's thread, and a thread of its own that reads.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/changeover.hpp"
#include "app/serve_config.hpp"
#include "app/tenant_lists.hpp"
#include "base/async_mutex.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

// A configuration that was read and has no errors.
struct NewConfig {
  ServeConfig loaded;  // without main.settings: those are the changeover's
  Changeover changeover;
};

class Reloads {
 public:
  struct Listener {
    std::function<void(NewConfig& config)> put_into_force;
    std::function<void()> reloaded;  // as the operator wished, after that
  };
  using Done = std::function<void(std::string findings)>;  // empty: reloaded

  // `now`: what is in force.
  Reloads(boost::asio::any_io_executor loop, const ServeOptions& options, const Table& table,
          TenantLists& lists, Instruments& instruments, const Log& log, LoadedConfig now,
          std::shared_ptr<const Settings> settings, Listener listener);

  // Who asks before the next reload begins to read gets what comes of that one.
  void ask(Done done);
  boost::asio::awaitable<void> follow_files();
  // True: the list is good.
  boost::asio::awaitable<bool> follow_url(std::string url, std::string text);

  // Answers who waits and ends what is being read; nothing comes into force any more.
  void stop();

 private:
  using Reading = std::shared_ptr<NewConfig>;

  boost::asio::awaitable<void> reload_in_turn();
  boost::asio::awaitable<std::string> reload();
  boost::asio::awaitable<bool> reload_lists(std::map<std::string, std::string> lists,
                                            std::string wanted);
  ServeConfig load_lists(const ConfigSources& sources, const std::string& wanted) const;
  Cancelled when_stopped() const;
  boost::asio::awaitable<Reading> read_beside_the_loop(std::function<ServeConfig()> load);
  void put_into_force(NewConfig& config);
  void take_text(LoadedConfig& loaded);

  boost::asio::any_io_executor loop_;
  const ServeOptions& options_;
  const Table& table_;
  TenantLists& lists_;
  Instruments& instruments_;
  const Log& log_;
  Listener listener_;
  std::shared_ptr<const Settings> settings_;
  std::string text_;  // that settings_ come from; empty where no list is read beside it
  std::atomic<bool> stopped_ = false;  // which the reader asks
  AsyncMutex one_at_a_time_{loop_};
  std::vector<Done> asked_;    // since the last reload began to read
  std::vector<Done> awaited_;  // of that one
  boost::asio::thread_pool reader_{1};
};

}  // namespace tenantscope
