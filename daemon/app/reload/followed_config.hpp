// The configuration while the daemon runs, with all that has it read anew: who asks for it, its own
// file where that is followed, and the lists beside it. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/reload/followed_files.hpp"
#include "app/reload/reloads.hpp"
#include "app/reload/tenant_lists.hpp"

namespace tenantscope {

class FollowedConfig {
 public:
  // What it is read with.
  struct Means {
    boost::asio::any_io_executor loop;
    const ServeOptions& options;
    Fetcher& fetcher;  // of lists
    Instruments& instruments;
    const Log& log;
    Duration look_every = look_at_files;
  };
  struct Listener {
    ReaderThread::Plan plan;
    std::function<void(NewConfig& config)> put_into_force;
    std::function<void()> reloaded;  // whole, after that
    std::function<void(const std::string& url, const std::string& text)> keep_list;
  };

  // `now`, without its settings, which are `settings`: what is in force, with `lists` by URL.
  // REQUIRES: what is referred to outlives it.
  FollowedConfig(const Means& means, ServeConfig now, std::shared_ptr<const Settings> settings,
                 std::map<std::string, std::string> lists, Listener listener);

  // Begins to look at files, and to fetch.
  void follow();

  Reloads& reloads() { return reloads_; }
  // What is in force.
  ServeConfig in_force(LoadedWebConfig web) const;
  const std::map<std::string, std::string>& lists() const { return lists_.texts(); }

 private:
  void follow(const Settings& settings, std::vector<FileStamp> tenant_files,
              const std::optional<FileStamp>& own_file);
  void put_into_force(NewConfig& config);

  const ServeOptions& options_;
  const Listener listener_;
  std::shared_ptr<const Settings> first_settings_;  // until it begins to follow, as are both below
  std::vector<FileStamp> first_tenant_files_;
  std::optional<FileStamp> first_own_file_;
  TenantLists lists_;
  FollowedFiles own_file_;
  Reloads reloads_;
};

}  // namespace tenantscope
