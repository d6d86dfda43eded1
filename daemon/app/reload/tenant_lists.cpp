#include "app/reload/tenant_lists.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/text/url.hpp"
#include "base/text_file.hpp"
#include "config/tenant_files.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr auto look_every = std::chrono::seconds(5);
constexpr int restless_for_long = 12;  // looks
constexpr Duration settling = std::chrono::minutes(1);
constexpr auto fetch_timeout = std::chrono::seconds(30);
constexpr std::size_t largest_list = 64 * mib;

// URLs are no file names, and may hold a secret.
fs::path kept_file(const fs::path& storage, const std::string& url) {
  return storage / "tenant-lists" / sha256_hex(url);
}

// In words that stay the same as long as it lasts; empty: a text was fetched.
std::string failure_of(const Result<FetchResponse>& fetched) {
  if (!fetched)
    return std::string(to_string(fetched.error().kind));
  if (fetched->status != 200)
    return fmt::format("HTTP status {}{}", fetched->status,
                       fetched->by_proxy ? " of the proxy" : "");
  if (fetched->encoded)
    return "it has a Content-Encoding";
  if (fetched->truncated)
    return fmt::format("it is over {} MiB", largest_list / 1024 / 1024);
  return {};
}

}  // namespace

std::map<std::string, std::string> read_kept_lists(const fs::path& storage,
                                                   const std::vector<TenantUrl>& urls) {
  std::map<std::string, std::string> lists;
  for (const TenantUrl& list : urls)
    if (auto text = read_text_file(kept_file(storage, list.url)))
      lists.emplace(list.url, std::move(*text));
  return lists;
}

TenantLists::TenantLists(asio::any_io_executor loop, Fetcher& fetcher, LedgerThread& ledger,
                         fs::path storage, fs::path folder, std::map<std::string, std::string> kept,
                         const Log& log, Listener listener)
    : loop_(loop),
      fetcher_(fetcher),
      ledger_(ledger),
      storage_(std::move(storage)),
      folder_(std::move(folder)),
      texts_(std::move(kept)),
      log_(log),
      listener_(std::move(listener)),
      look_timer_(loop) {}

void TenantLists::follow(const Settings& settings, std::vector<FileStamp> files) {
  patterns_ = settings.tenant_files;
  looks_.taken(std::move(files));
  if (!std::exchange(looking_, true))
    co_spawn(loop_, look_at_files(), asio::detached);

  decltype(followers_) kept;
  for (const TenantUrl& list : settings.tenant_urls) {
    auto& follower = kept[list.url];
    if (const auto known = followers_.find(list.url);
        known != followers_.end() && known->second->list == list) {
      follower = known->second;
      follower->refused.reset();
      followers_.erase(known);
      continue;
    }
    follower = std::make_shared<Follower>(list, fetcher_, loop_);
    co_spawn(loop_, follow_url(*this, follower), asio::detached);
  }
  for (const auto& [url, gone] : followers_) {
    gone->gone = true;
    gone->left.notify_all();
  }
  followers_ = std::move(kept);
}

asio::awaitable<void> TenantLists::look_at_files() {
  for (;;) {
    look_timer_.expires_after(look_every);
    co_await look_timer_.async_wait(asio::use_awaitable);
    const std::vector<FileStamp> now = stamp_tenant_files(patterns_, folder_);
    const bool read_them = looks_.look(now);
    if (looks_.restless() == restless_for_long)
      log_.warn("tenant files change all the time; they are taken once they don't for 5 s");
    if (!read_them)
      continue;
    std::vector<FileStamp> files = now;
    const ListOutcome outcome = co_await listener_.files_changed(std::move(files));
    if (outcome == ListOutcome::refused)
      looks_.refused(now);
    else if (outcome != ListOutcome::taken)
      looks_.undecided();
  }
}

asio::awaitable<void> TenantLists::follow_url(TenantLists& lists,
                                              std::shared_ptr<Follower> follower) {
  while (!follower->gone) {
    FetchRequest request{.url = follower->list.url,
                         .timeout = fetch_timeout,
                         .body_limit = largest_list,
                         .http2 = false};
    Result<FetchResponse> fetched =
        co_await HttpClient::fetch(follower->client, std::move(request));
    if (follower->gone)
      co_return;
    if (lists.usable(*follower, fetched)) {
      std::string text = std::move(fetched->body);
      co_await lists.take(*follower, std::move(text));
    }
    if (follower->gone)
      co_return;
    const Duration interval = follower->list.interval;
    const bool soon = follower->outcome == ListOutcome::unsettled;
    co_await follower->left.wait(steady_now() + (soon ? std::min(interval, settling) : interval));
  }
}

// Whether the text is to be read: it is another one than what is in force, or was refused last.
bool TenantLists::usable(Follower& follower, const Result<FetchResponse>& fetched) {
  const std::string& url = follower.list.url;
  const std::string before = std::exchange(follower.failure, failure_of(fetched));
  const std::string& failure = follower.failure;
  if (failure != before && failure.empty())
    log_.info("tenant list fetched again", {{"url", without_query(url)}});
  else if (failure != before)
    log_.error("tenant list not fetched; the last good one stays",
               {{"url", without_query(url)}, {"err", fetched ? failure : fetched.error().detail}});
  if (!failure.empty())
    return false;
  if (follower.outcome != ListOutcome::taken)
    return follower.refused != fetched->body;
  const auto known = texts_.find(url);
  return known == texts_.end() || known->second != fetched->body;
}

asio::awaitable<void> TenantLists::take(Follower& follower, std::string text) {
  std::string url = follower.list.url, copy = text;
  follower.outcome = co_await listener_.fetched(std::move(url), std::move(copy));
  follower.refused.reset();
  if (follower.outcome == ListOutcome::refused)
    follower.refused = std::move(text);
}

// A list that is lost here is fetched again: it needs no fsync, only to be whole.
void TenantLists::keep(const std::string& url, const std::string& text) {
  texts_[url] = text;
  ledger_.post([file = kept_file(storage_, url), text, &log = log_](Ledger&) {
    std::error_code error;
    if (fs::create_directory(file.parent_path(), error))  // in a storage that is there
      fs::permissions(file.parent_path(), fs::perms::owner_all, error);
    const fs::path fresh = file.string() + ".new";
    std::ofstream out(fresh, std::ios::binary);
    out << text;
    out.close();
    if (out)
      fs::rename(fresh, file, error);
    if (!out || error)
      log.warn("tenant list not kept for the next start", {{"file", file.native()}});
  });
}

}  // namespace tenantscope
