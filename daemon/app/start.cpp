#include "app/start.hpp"

#include <utility>

#include "app/joining.hpp"
#include "app/reload/first_config.hpp"
#include "app/replica/shared_storage.hpp"
#include "app/store/storage_opener.hpp"
#include "app/web_sockets.hpp"
#include "base/digest.hpp"
#include "formats/settings_yaml.hpp"
#include "storage/storage_lock.hpp"
#include "system/notify.hpp"

namespace tenantscope {
namespace {

constexpr Duration longest_stop = std::chrono::milliseconds(4500);
constexpr Duration last_words = std::chrono::milliseconds(200);
constexpr Duration glance = std::chrono::milliseconds(50);

struct StorageWay {
  StorageOpener::Open open;
  std::optional<Joining::Shared> shared;
};

class Starter {
 public:
  Starter(const ServeOptions& options, const Log& log, HeldSignals& signals,
          StopDeadline& stop_deadline, Instruments& instruments, StorageWay way)
      : options_(options),
        log_(log),
        signals_(signals),
        stop_deadline_(stop_deadline),
        instruments_(instruments),
        shared_(std::move(way.shared)),
        opener_(std::move(way.open), log) {}

  // Into `begun`. False: it is to stop.
  bool open(Start& begun) {
    std::optional<OpenStorage> opened = try_to_open();
    if (!opened && !stopped_)
      opened = join(begun);
    if (!opened)
      return stop();
    begun.storage = std::move(*opened);
    return true;
  }

 private:
  // Nothing: it can't be opened for now, or it is to stop.
  std::optional<OpenStorage> try_to_open() {
    std::optional<OpenStorage> opened;
    while (!opened && !stopped_within({}) && opener_.obstacle().empty())
      opened = opener_.opened_within(glance);
    return opened;
  }

  std::optional<OpenStorage> join(Start& begun) {
    begun.joined = true;
    if (begun.sockets.empty())
      begun.sockets = open_web_sockets(options_);
    std::vector<ListeningSocket> same;
    for (const ListeningSocket& socket : begun.sockets)
      same.push_back(socket.duplicate());
    Joining joining(options_, begun.config.web, std::move(same), instruments_, log_, shared_);
    return joining.wait_for(opener_, [this](Duration pause) { return stopped_within(pause); });
  }

  bool stopped_within(Duration pause) {
    return stopped_ = stopped_ || signals_.stopped_within(pause);
  }

  bool stop() {
    log_.info("stopped while waiting for the storage");
    bound_stop(stop_deadline_, log_);
    notify_supervisor("STOPPING=1");
    opener_.stop();
    return false;
  }

  const ServeOptions& options_;
  const Log& log_;
  HeldSignals& signals_;
  StopDeadline& stop_deadline_;
  Instruments& instruments_;
  bool stopped_ = false;
  const std::optional<Joining::Shared> shared_;
  StorageOpener opener_;
};

// Of what the replicas of a ledger have in common.
std::string digest_of(Settings settings) {
  settings.postgresql.reset();
  settings.replica.clear();
  SettingsYaml yaml(settings);
  std::string text;
  for (std::string part = yaml.next(); !part.empty(); part = yaml.next())
    text += part;
  return sha256_hex(text);
}

StorageWay way_to_storage(const ServeOptions& options, DamageLog& damage, const Log& log) {
  return {.open =
              [&options, &damage, &log](const OpeningObserver& observer) {
                return open_storage(options.storage_path, damage, log, observer);
              },
          .shared = {}};
}

StorageWay way_to_storage(const SharedStorage& shared, Follower& follower, DamageLog& damage,
                          const Log& log) {
  return {.open =
              [shared, &follower, &damage, &log](const OpeningObserver& observer) {
                return open_shared_storage(shared, follower, damage, log, observer);
              },
          .shared = Joining::Shared{.follower = follower, .open_journal = [shared] {
                                      return open_shared_journal(shared);
                                    }}};
}

SharedStorage shared_storage(const ServeOptions& options, const Settings& settings,
                             std::shared_ptr<PgSeen> seen) {
  return {.postgresql = *settings.postgresql,
          .replica = settings.replica,
          .url = options.external_url,
          .config = digest_of(settings),
          .folder = options.storage_path,
          .seen = std::move(seen)};
}

}  // namespace

std::optional<Start> start(const ServeOptions& options, const Log& log, HeldSignals& signals,
                           StopDeadline& stop_deadline, Instruments& instruments, DamageLog& damage,
                           std::shared_ptr<PgSeen> seen, std::vector<ListeningSocket> sockets) {
  std::optional<ServeConfig> config = read_first_config(options, log, signals);
  if (!config)
    return std::nullopt;
  Start begun{
      .config = std::move(*config), .lists = {}, .storage = {}, .sockets = std::move(sockets)};
  const auto open = [&](StorageWay way) {
    Starter starter(options, log, signals, stop_deadline, instruments, std::move(way));
    return starter.open(begun);
  };
  const auto take_lists = [&] {
    return take_kept_lists(begun.config, begun.lists, options, log, signals);
  };
  if (!begun.config.main.settings.postgresql) {
    if (!open(way_to_storage(options, damage, log)) || !take_lists())
      return std::nullopt;
  } else {  // a standby shows the lists' tenants, too
    const SharedStorage shared =
        shared_storage(options, begun.config.main.settings, std::move(seen));
    if (!take_lists())
      return std::nullopt;
    instruments.share_storage(shared.postgresql.durability == Durability::checked);
    Follower follower(std::make_shared<const Settings>(begun.config.main.settings),
                      shared.postgresql.lease);
    if (!open(way_to_storage(shared, follower, damage, log)))
      return std::nullopt;
  }
  if (begun.sockets.empty())
    begun.sockets = open_web_sockets(options);
  add_control_socket(begun.sockets, options);
  return begun;
}

void bound_stop(StopDeadline& stop_deadline, const Log& log) {
  stop_deadline.begin(longest_stop, [log] {
    log.warn("stopped without waiting any longer for what doesn't answer, such as a disk");
    log.flush(last_words);
  });
}

}  // namespace tenantscope
