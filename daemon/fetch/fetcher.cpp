#include "fetch/fetcher.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/callback.hpp"
#include "fetch/easy_handle.hpp"
#include "fetch/socket_wait.hpp"
#include "fetch/tls_files.hpp"

namespace tenantscope {
namespace {

constexpr long idle_connections = 1024;  // kept for reuse; who asks limits how many there are
constexpr std::size_t idle_handles = 1024;

using Done = Callback<Result<FetchResponse>>;
using Turned = Callback<bool>;

}  // namespace

class Fetcher::Transfers {
 public:
  Transfers()
      : sessions_(curl_share_init()),
        multi_(curl_multi_init()),
        nobody_(curl_easy_init()),
        wait_(multi_, budget_) {
    curl_share_setopt(sessions_, CURLSHOPT_SHARE,
                      CURL_LOCK_DATA_SSL_SESSION);  // without locks: one thread uses it
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, idle_connections);
    thread_ = std::thread([this] { run(); });
  }

  ~Transfers() {
    stopping_ = true;
    wait_.wake();
    thread_.join();
    for (const auto& [easy, transfer] : running_)
      curl_multi_remove_handle(multi_, easy);
    running_.clear();
    idle_.clear();
    curl_easy_cleanup(nobody_);
    curl_multi_cleanup(multi_);
    curl_share_cleanup(sessions_);
  }

  void submit(FetchRequest request, Done done) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = queue_.empty();
      queue_.emplace_back(std::move(request), std::move(done));
    }
    if (first)
      wait_.wake();  // for all that come until the thread looks
  }

  void tell_turn(Turned turned) {
    {
      const std::lock_guard lock(mutex_);
      turned_.push_back({std::move(turned), true});
    }
    wait_.wake();
  }

  std::map<OpenConnections::Whose, std::size_t> connections() const {
    return connections_.counts();
  }

 private:
  struct Running {
    std::unique_ptr<EasyHandle> handle;
    Done done;
  };

  void run() {
    while (!stopping_) {
      wait_.wait();
      start_queued();
      wait_.act();
      if (std::exchange(connected_, false))
        wake_waiting();
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left))
        if (message->msg == CURLMSG_DONE)
          finish(message->easy_handle, message->data.result);
      Done::call_all(std::exchange(finished_, {}));
      Turned::call_all(std::exchange(turning_, {}));
    }
  }

  void start_queued() {
    {
      const std::lock_guard lock(mutex_);
      starting_.swap(queue_);
      turning_.swap(turned_);
    }
    for (auto& [request, done] : starting_) {
      auto files = tls_files_.files_of(request.tls);
      if (!files) {
        finished_.push_back({std::move(done), files.error()});
        continue;
      }
      std::unique_ptr<EasyHandle> handle = take_handle();
      handle->begin(std::move(request), std::move(*files));
      CURL* const easy = handle->curl();
      running_.emplace(easy, Running{std::move(handle), std::move(done)});
      curl_multi_add_handle(multi_, easy);
    }
    starting_.clear();
  }

  // libcurl 8.14 lets those that wait for a handshake wait for an answer, too, where it was none of
  // HTTP/2, until some handle leaves.
  void wake_waiting() {
    curl_multi_add_handle(multi_, nobody_);
    curl_multi_remove_handle(multi_, nobody_);
  }

  std::unique_ptr<EasyHandle> take_handle() {
    if (idle_.empty())
      return std::make_unique<EasyHandle>(sessions_, connected_, budget_, connections_);
    std::unique_ptr<EasyHandle> handle = std::move(idle_.back());
    idle_.pop_back();
    return handle;
  }

  void finish(CURL* easy, CURLcode code) {
    const auto running = running_.find(easy);
    running->second.handle->count_connection();
    curl_multi_remove_handle(multi_, easy);
    if (running->second.handle->begin_again(code)) {
      curl_multi_add_handle(multi_, easy);
      return;
    }
    Running transfer = std::move(running->second);
    running_.erase(running);
    finished_.push_back({std::move(transfer.done), transfer.handle->end(code)});
    if (idle_.size() < idle_handles)
      idle_.push_back(std::move(transfer.handle));
  }

  CURLSH* sessions_;  // TLS sessions, for all handles
  CURLM* multi_;
  CURL* nobody_;            // never asks
  bool connected_ = false;  // in this turn of libcurl's, for whoever waits for a connection
  ReadBudget budget_;
  OpenConnections connections_;
  SocketWait wait_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<std::pair<FetchRequest, Done>> queue_;  // guarded by mutex_
  std::vector<Turned::Called> turned_;                // guarded by mutex_
  std::vector<std::pair<FetchRequest, Done>> starting_;
  std::vector<Turned::Called> turning_;  // told at the end of this turn
  std::vector<Done::Called> finished_;   // in this turn of libcurl's
  std::map<CURL*, Running> running_;
  std::vector<std::unique_ptr<EasyHandle>> idle_;
  TlsFileCache tls_files_;
  std::thread thread_;
};

Fetcher::Fetcher() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (once != CURLE_OK)
    throw FatalError(exit_failure,
                     fmt::format("libcurl can't start: {}", curl_easy_strerror(once)));
  transfers_ = std::make_unique<Transfers>();
}

Fetcher::~Fetcher() = default;

boost::asio::awaitable<Result<FetchResponse>> Fetcher::fetch(FetchRequest request) {
  auto submit = [this, request = std::move(request)](Done done) mutable {
    transfers_->submit(std::move(request), std::move(done));
  };
  return await_callback<Result<FetchResponse>>(std::move(submit));
}

std::map<std::pair<std::string, std::string>, std::size_t> Fetcher::connections() const {
  return transfers_->connections();
}

boost::asio::awaitable<void> Fetcher::turn() {
  auto tell = [this](Turned turned) { transfers_->tell_turn(std::move(turned)); };
  co_await await_callback<bool>(std::move(tell));
}

}  // namespace tenantscope
