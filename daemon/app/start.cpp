#include "app/start.hpp"

#include <utility>

#include "app/joining.hpp"
#include "app/reload/first_config.hpp"
#include "app/replica/config_digest.hpp"
#include "app/replica/fleet.hpp"
#include "app/replica/shared_storage.hpp"
#include "app/store/storage_opener.hpp"
#include "app/web_sockets.hpp"
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

// What a start is done with.
struct Means : Surroundings {
  Joining::StoppedWithin stopped_within;  // true ever since a signal came that asks to stop
};

class Starter {
 public:
  Starter(const Means& means, StorageWay way)
      : options_(means.options),
        log_(means.log),
        stopped_within_(means.stopped_within),
        stop_deadline_(means.stop_deadline),
        instruments_(means.instruments),
        shared_(std::move(way.shared)),
        opener_(std::move(way.open), means.log) {}

  // Into `begun`. False: it is to stop, or to begin anew with another configuration.
  bool open(Start& begun) {
    std::optional<OpenStorage> opened = try_to_open();
    if (!opened && !stopped_within_({}))
      opened = join(begun);
    if (!opened && shared_ && shared_->config.has_taken())
      return false;
    if (!opened)
      return stop();
    begun.storage = std::move(*opened);
    return true;
  }

 private:
  // Nothing: it can't be opened for now, or it is to stop.
  std::optional<OpenStorage> try_to_open() {
    std::optional<OpenStorage> opened;
    while (!opened && !stopped_within_({}) && opener_.obstacle().empty())
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
    Joining joining(options_, begun.config, std::move(same), instruments_, log_, shared_);
    std::optional<OpenStorage> opened = joining.wait_for(opener_, stopped_within_);
    begun.config.web = joining.stop();
    return opened;
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
  const Joining::StoppedWithin stopped_within_;
  StopDeadline& stop_deadline_;
  Instruments& instruments_;
  const std::optional<Joining::Shared> shared_;
  StorageOpener opener_;
};

StorageWay way_to_own_storage(const Means& means) {
  return {.open =
              [means](const OpeningObserver& observer) {
                return open_storage(means.options.storage_path, means.damage, means.log, observer);
              },
          .shared = {}};
}

StorageWay way_to_shared_storage(const SharedStorage& storage, Joining::Shared shared,
                                 const Means& means) {
  shared.open_journal = [storage, &damage = means.damage, &log = means.log] {
    return open_shared_journal(storage, damage, log);
  };
  return {.open =
              [storage, &follower = shared.follower, means](const OpeningObserver& observer) {
                return open_shared_storage(storage, follower, means.damage, means.log, observer);
              },
          .shared = shared};
}

SharedStorage shared_storage(const Settings& settings, const Means& means, bool begun_before) {
  const PostgresSettings& postgresql = *settings.postgresql;
  means.instruments.share_storage(postgresql.durability == Durability::checked);
  ReplicaInstruments& counted = *means.instruments.replica();
  const auto fleet = std::make_shared<Fleet>(replica_name(settings), postgresql.lease);
  counted.show([fleet] { return fleet->sight(); });
  return {.postgresql = postgresql,
          .url = means.options.external_url,
          .config = config_digest(settings),
          .folder = means.options.storage_path,
          .begun_before = begun_before,
          .fleet = fleet,
          .fenced = [&counted] { counted.fenced().Increment(); },
          .blocked =
              [&counted](std::uint64_t terminated, std::uint64_t refused) {
                counted.terminated().Increment(double(terminated));
                counted.not_terminated().Increment(double(refused));
              },
          .last_seen = means.last_seen};
}

// As an active replica, into `begun`, whose configuration is the last one that it has taken
// meanwhile. False: it is to stop.
bool open_shared(Start& begun, const Means& means, bool begun_before) {
  for (;;) {
    const auto settings = std::make_shared<const Settings>(std::move(begun.config.main.settings));
    const SharedStorage storage = shared_storage(*settings, means, begun_before);
    begun.fleet = storage.fleet;
    Follower follower(settings, storage.postgresql.lease);
    RequestAsker asker(open_requests_of_standby(storage), storage.fleet->self());
    StandbyConfig config(means.options, means.instruments, means.log,
                         {.config = begun.config, .settings = settings, .lists = begun.lists});
    {
      Joining::Shared shared{.follower = follower,
                             .asker = asker,
                             .config = config,
                             .hung_up = [&means] { return means.signals.hung_up(); },
                             .open_journal = {},
                             .fleet = storage.fleet};
      Starter starter(means, way_to_shared_storage(storage, std::move(shared), means));
      if (starter.open(begun)) {
        begun.config.main.settings = *settings;
        begun.config.standing = config.standing();
        return true;
      }
    }
    std::optional<StandbyConfig::NewStart> anew = config.take(std::move(begun.config.web));
    if (!anew)
      return false;
    begun_before = begun_before || follower.has_followed();
    begun.config = std::move(anew->config);
    begun.lists = std::move(anew->lists);
  }
}

}  // namespace

std::optional<Start> start(const Surroundings& given, std::optional<Legacy> legacy) {
  const ServeOptions& options = given.options;
  const bool begun_before = legacy.has_value();
  Start begun;
  if (legacy) {
    begun.config = std::move(legacy->config);
    begun.lists = std::move(legacy->lists);
    begun.sockets = std::move(legacy->sockets);
  } else {
    std::optional<ServeConfig> config = read_first_config(options, given.log, given.signals);
    if (!config)
      return std::nullopt;
    begun.config = std::move(*config);
  }
  bool stopped = false;
  const auto stopped_within = [&](Duration pause) {
    return stopped = stopped || given.signals.stopped_within(pause);
  };
  const Means means{given, stopped_within};
  const auto take_lists = [&] {
    return begun_before ||
           take_kept_lists(begun.config, begun.lists, options, given.log, given.signals);
  };
  if (!begun.config.main.settings.postgresql) {
    Starter starter(means, way_to_own_storage(means));
    if (!starter.open(begun) || !take_lists())
      return std::nullopt;
  } else {  // a standby shows the lists' tenants, too
    if (!take_lists() || !open_shared(begun, means, begun_before))
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
