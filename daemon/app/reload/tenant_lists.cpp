#include "app/reload/tenant_lists.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/text/url.hpp"
#include "config/tenant_files.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr Duration settling = std::chrono::minutes(1);
constexpr auto fetch_timeout = std::chrono::seconds(30);
constexpr std::size_t largest_list = 64 * mib;

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

TenantLists::TenantLists(asio::any_io_executor loop, Fetcher& fetcher, fs::path folder,
                         std::map<std::string, std::string> kept, const Log& log, Listener listener)
    : loop_(loop),
      fetcher_(fetcher),
      folder_(std::move(folder)),
      texts_(std::move(kept)),
      log_(log),
      listener_(std::move(listener)),
      files_(
          loop, log,
          {.look = [this] { return stamp_tenant_files(patterns_, folder_); },
           .changed =
               [this](std::vector<FileStamp> files) {
                 return listener_.files_changed(std::move(files));
               },
           .restless = "tenant files change all the time; they are taken once they don't for 5 s",
           .every = listener_.look_every}) {}

void TenantLists::follow(const Settings& settings, std::vector<FileStamp> files) {
  patterns_ = settings.tenant_files;
  files_.follow(std::move(files));
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

asio::awaitable<void> TenantLists::follow_url(TenantLists& lists,
                                              std::shared_ptr<Follower> follower) {
  while (!follower->gone) {
    Result<FetchResponse> fetched = co_await lists.fetch(*follower);
    if (follower->gone)
      co_return;
    if (lists.usable(*follower, fetched)) {
      std::string text = std::move(fetched->body);
      co_await lists.take(*follower, std::move(text));
    }
    if (follower->gone)
      co_return;
    if (fetched && follower->failure.empty())
      remember_version(*follower, *fetched);
    const Duration interval = follower->list.interval;
    const bool soon = follower->outcome == ListOutcome::unsettled;
    co_await follower->left.wait(steady_now() + (soon ? std::min(interval, settling) : interval));
  }
}

// Only for another text than the last one, where nothing is left to do with that.
asio::awaitable<Result<FetchResponse>> TenantLists::fetch(Follower& follower) {
  FetchRequest request{.url = follower.list.url,
                       .timeout = fetch_timeout,
                       .body_limit = largest_list,
                       .http2 = false};
  if (follower.outcome == ListOutcome::refused && !follower.refused)
    follower.version.forget();  // under another configuration it may be good
  follower.version.ask(request);
  return HttpClient::fetch(follower.client, std::move(request));
}

// One that waits for another look has to be given again.
void TenantLists::remember_version(Follower& follower, const FetchResponse& given) {
  const bool settled =
      follower.outcome == ListOutcome::taken || follower.outcome == ListOutcome::refused;
  if (!settled)
    follower.version.forget();
  else if (!follower.version.is_still(given))
    follower.version.remember(given);
}

// Whether the text is to be read: it is another one than what is in force, or was refused last.
bool TenantLists::usable(Follower& follower, const Result<FetchResponse>& fetched) {
  const std::string& url = follower.list.url;
  const bool unchanged = fetched && follower.version.is_still(*fetched);
  const std::string before =
      std::exchange(follower.failure, unchanged ? std::string() : failure_of(fetched));
  const std::string& failure = follower.failure;
  if (failure != before && failure.empty())
    log_.info("tenant list fetched again", {{"url", without_query(url)}});
  else if (failure != before)
    log_.error("tenant list not fetched; the last good one stays",
               {{"url", without_query(url)}, {"err", fetched ? failure : fetched.error().detail}});
  if (!failure.empty() || unchanged)
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

void TenantLists::keep(const std::string& url, const std::string& text) {
  texts_[url] = text;
  listener_.keep(url, text);
}

}  // namespace tenantscope
