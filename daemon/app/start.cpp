#include "app/start.hpp"

#include <utility>

#include "app/joining.hpp"
#include "app/reload/first_config.hpp"
#include "app/store/storage_opener.hpp"
#include "app/web_sockets.hpp"
#include "storage/storage_lock.hpp"
#include "system/notify.hpp"

namespace tenantscope {
namespace {

constexpr Duration longest_stop = std::chrono::milliseconds(4500);
constexpr Duration last_words = std::chrono::milliseconds(200);
constexpr Duration glance = std::chrono::milliseconds(50);

class Starter {
 public:
  Starter(const ServeOptions& options, const Log& log, HeldSignals& signals,
          StopDeadline& stop_deadline, Instruments& instruments, DamageLog& damage)
      : options_(options),
        log_(log),
        signals_(signals),
        stop_deadline_(stop_deadline),
        instruments_(instruments),
        opener_(
            [&options, &damage, &log](const OpeningObserver& observer) {
              return open_storage(options.storage_path, damage, log, observer);
            },
            log) {}

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
    begun.sockets = open_web_sockets(options_);
    std::vector<ListeningSocket> same;
    for (const ListeningSocket& socket : begun.sockets)
      same.push_back(socket.duplicate());
    Joining joining(options_, begun.config.web, std::move(same), instruments_, log_);
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
  StorageOpener opener_;
};

}  // namespace

std::optional<Start> start(const ServeOptions& options, const Log& log, HeldSignals& signals,
                           StopDeadline& stop_deadline, Instruments& instruments,
                           DamageLog& damage) {
  std::optional<ServeConfig> config = read_first_config(options, log, signals);
  if (!config)
    return std::nullopt;
  Start begun{.config = std::move(*config), .lists = {}, .storage = {}, .sockets = {}};
  {
    Starter starter(options, log, signals, stop_deadline, instruments, damage);
    if (!starter.open(begun))
      return std::nullopt;
  }
  if (!take_kept_lists(begun.config, begun.lists, options, log, signals))
    return std::nullopt;
  if (!begun.joined)
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
