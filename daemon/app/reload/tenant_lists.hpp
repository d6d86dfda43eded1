// The lists of tenants beside the configuration, followed while the daemon runs: `tenant_files` are
// looked at, `tenant_urls` fetched. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/reload/followed_files.hpp"
#include "app/reload/list_version.hpp"
#include "base/log.hpp"
#include "base/signal.hpp"
#include "domain/settings.hpp"
#include "fetch/http_client.hpp"

namespace tenantscope {

class TenantLists {
 public:
  struct Listener {
    // They are at rest, as `files` says.
    std::function<boost::asio::awaitable<ListOutcome>(std::vector<FileStamp> files)> files_changed;
    // Another text than the one that is in force, or the last one wasn't taken.
    std::function<boost::asio::awaitable<ListOutcome>(std::string url, std::string text)> fetched;
    // It was good: it is the one to start with the next time (app/reload/kept_lists).
    std::function<void(const std::string& url, const std::string& text)> keep;
    Duration look_every = look_at_files;
  };

  // `kept`: what is good of each URL so far; `folder`: that `tenant_files` are relative to.
  TenantLists(boost::asio::any_io_executor loop, Fetcher& fetcher, std::filesystem::path folder,
              std::map<std::string, std::string> kept, const Log& log, Listener listener);

  // At the start and after each change of the configuration: those that stay keep their schedule.
  // `files`: as they were when they were read.
  void follow(const Settings& settings, std::vector<FileStamp> files);

  const std::map<std::string, std::string>& texts() const { return texts_; }
  // The text is good, and the one to start with the next time.
  void keep(const std::string& url, const std::string& text);

 private:
  struct Follower {
    Follower(TenantUrl followed, Fetcher& fetcher, const boost::asio::any_io_executor& loop)
        : list(std::move(followed)),
          client(std::make_shared<HttpClient>(fetcher, list.http)),
          left(loop) {}

    TenantUrl list;
    std::shared_ptr<HttpClient> client;
    Signal left;  // the configuration
    bool gone = false;
    std::string failure;  // of the last fetch; empty: there was none
    ListOutcome outcome = ListOutcome::taken;
    std::optional<std::string> refused;  // the text; tried again under another configuration
    ListVersion version;                 // that nothing is left to do with
  };

  static boost::asio::awaitable<void> follow_url(TenantLists& lists,
                                                 std::shared_ptr<Follower> follower);
  boost::asio::awaitable<Result<FetchResponse>> fetch(Follower& follower);
  bool usable(Follower& follower, const Result<FetchResponse>& fetched);
  boost::asio::awaitable<void> take(Follower& follower, std::string text);
  static void remember_version(Follower& follower, const FetchResponse& given);

  boost::asio::any_io_executor loop_;
  Fetcher& fetcher_;
  std::filesystem::path folder_;
  std::map<std::string, std::string> texts_;
  const Log& log_;
  Listener listener_;
  std::vector<std::string> patterns_;
  FollowedFiles files_;
  std::map<std::string, std::shared_ptr<Follower>> followers_;
};

}  // namespace tenantscope
