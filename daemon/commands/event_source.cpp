#include "commands/event_source.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <iostream>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "base/file_identity.hpp"
#include "base/result.hpp"
#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

// Says on standard error how many rows are left out, as they are damaged.
class LeftOut {
 public:
  void add(const std::string& row) { rows_.insert(row); }
  void tell() {
    if (rows_.size() > told_)
      std::cerr << fmt::format("tenantscope: {} damaged {} left out\n", rows_.size(),
                               rows_.size() == 1 ? "event is" : "events are");
    told_ = rows_.size();
  }

 private:
  std::set<std::string> rows_;
  std::size_t told_ = 0;
};

std::vector<std::string> watched_names(DaemonClient& daemon) {
  std::vector<std::string> names;
  for (const json::value& tenant : watched_tenants(daemon))
    names.emplace_back(tenant.at("tenant").as_string());
  return names;
}

class StorageSource : public EventSource {
 public:
  explicit StorageSource(const std::filesystem::path& storage)
      : storage_(storage),
        journal_(open_sqlite_journal(
            storage, {.damaged = [this](const std::string& row) { left_out_.add(row); }})) {}

  EventPage read(std::optional<std::uint64_t> after, bool wait) override {
    const std::uint64_t from = after ? *after : checked(journal_->oldest()) - 1;
    refuse_beyond(from);
    auto entries = checked(journal_->read(from, 500));
    if (entries.empty() && wait) {
      refuse_replaced();
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
      entries = checked(journal_->read(from, 500));
    }
    left_out_.tell();
    EventPage page{.events = {}, .next = entries.empty() ? from : entries.back().sequence};
    for (const JournalEntry& entry : entries)
      page.events.push_back(json::parse(entry.event).as_object());
    return page;
  }

  // Also those that were never seen, where a daemon is there to name them.
  std::vector<std::string> tenants() override {
    std::vector<std::string> names;
    for (const StoredTenant& stored : read_sqlite_states(storage_))
      names.push_back(stored.key.name);
    try {
      DaemonClient daemon({.storage_path = storage_});
      for (const std::string& name : watched_names(daemon))
        names.push_back(name);
    } catch (const FatalError&) {
      return names;
    }
    return names;
  }

 private:
  template <class T>
  static T checked(Result<T> result) {
    if (!result)
      throw FatalError(exit_failure, result.error().detail);
    return std::move(*result);
  }

  // What never comes isn't waited for.
  void refuse_beyond(std::uint64_t after) {
    if (const std::uint64_t last = checked(journal_->last()); after > last)
      throw FatalError(exit_failure,
                       fmt::format("{}: the journal ends at {:020}, before --after: it went back, "
                                   "as where a backup was restored, or is another one",
                                   storage_.native(), last));
  }
  void refuse_replaced() const {
    if (file_at(database_) != opened_)
      throw FatalError(exit_failure,
                       fmt::format("{}: it isn't the database that was opened, as where a backup "
                                   "was restored: begin anew",
                                   database_.native()));
  }

  std::filesystem::path storage_;
  std::filesystem::path database_ = sqlite::database_in(storage_);
  std::optional<FileIdentity> opened_ = file_at(database_);
  LeftOut left_out_;
  std::unique_ptr<Journal> journal_;
};

class DaemonSource : public EventSource {
 public:
  explicit DaemonSource(const DaemonPlace& place) : daemon_(place) {}

  EventPage read(std::optional<std::uint64_t> after, bool wait) override {
    std::string query = "limit=500" + journal_;
    if (after)
      query += fmt::format("&after={}", *after);
    if (wait)
      query += "&wait=30s";
    const json::value data = get("/api/v1/events?" + query, wait);
    EventPage page;
    for (const json::value& event : data.at("events").as_array())
      page.events.push_back(event.as_object());
    page.next = data.at("next").to_number<std::uint64_t>();
    if (const json::value* const journal = data.as_object().if_contains("journal"))
      journal_ = fmt::format("&journal={}", std::string_view(journal->as_string()));
    return page;
  }

  std::vector<std::string> tenants() override { return watched_names(daemon_); }

 private:
  // `patiently`: comes again while the daemon has no room.
  json::value get(const std::string& target, bool patiently) {
    for (;;) {
      try {
        return daemon_.get(target);
      } catch (const DaemonBusy&) {
        if (!patiently)
          throw;
      }
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }

  DaemonClient daemon_;
  std::string journal_;  // a parameter: which one was read before
};

}  // namespace

std::unique_ptr<EventSource> open_event_source(const DaemonPlace& place) {
  if (place.url.empty())
    return std::make_unique<StorageSource>(place.storage_path);
  return std::make_unique<DaemonSource>(place);
}

}  // namespace tenantscope
