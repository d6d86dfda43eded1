#include "app/store/storage_standing.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tenantscope {

LedgerThread::Observer StorageStanding::observer() {
  return [this](bool committed) {
    (committed ? instruments_.storage_commits() : instruments_.storage_commit_failures())
        .Increment();
    instruments_.storage_up().Set(committed);
  };
}

LedgerThread::Listener StorageStanding::listener(std::function<void()> usable_again) {
  return {.away =
              [this] {
                instruments_.storage_up().Set(0);
                log_.error("the storage doesn't answer: no change is stored or told until it does",
                           {{"storage", where_}});
              },
          .returned =
              [this, usable_again = std::move(usable_again)](bool usable) {
                instruments_.storage_up().Set(usable);
                log_.info("the storage answers again", {{"storage", where_}});
                if (usable)
                  usable_again();
              },
          .refused = [this] { instruments_.storage_calls_refused().Increment(); },
          .in_doubt = [this] { instruments_.storage_commits_in_doubt().Increment(); }};
}

std::string name_of_storage(const Settings& settings, const std::filesystem::path& folder) {
  if (!settings.postgresql)
    return folder.string();
  std::vector<std::string> hosts;
  for (const PostgresHost& host : settings.postgresql->hosts)
    hosts.push_back(to_string(host));
  return fmt::format("{}", fmt::join(hosts, " "));
}

}  // namespace tenantscope
