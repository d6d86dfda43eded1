#include "app/daemon.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>

#include "app/damage_log.hpp"
#include "app/dispatch.hpp"
#include "app/housekeeping.hpp"
#include "app/ledger_thread.hpp"
#include "app/liveness.hpp"
#include "app/loop_operations.hpp"
#include "app/reload/followed_config.hpp"
#include "app/reload/kept_lists.hpp"
#include "app/replica/last_seen.hpp"
#include "app/replica/request_service.hpp"
#include "app/replica/tenure.hpp"
#include "app/start.hpp"
#include "app/store/storage_standing.hpp"
#include "app/table.hpp"
#include "app/watcher.hpp"
#include "app/web_front.hpp"
#include "app/web_sockets.hpp"
#include "base/clock.hpp"
#include "fetch/fetcher.hpp"
#include "metrics/instruments.hpp"
#include "storage/storage_lock.hpp"
#include "system/control_socket.hpp"
#include "system/heap.hpp"
#include "system/held_signals.hpp"
#include "system/notify.hpp"
#include "system/stop_deadline.hpp"

namespace tenantscope {
namespace {

namespace asio = boost::asio;

constexpr Duration last_deliveries = std::chrono::seconds(2);
constexpr Duration sweep_every = std::chrono::seconds(5);

asio::awaitable<void> nothing() { co_return; }

class Daemon {
 public:
  Daemon(const Surroundings& given, Start begun);

  // What it leaves to the next one, which begins anew as this one isn't the active one any more, or
  // its ledger is another one. Nothing: it has ended.
  std::optional<Legacy> run();

 private:
  void begin_anew(const Error& why);
  void note_dropped(const std::string& sink, std::uint64_t events);
  void put_into_force(NewConfig& config);
  void keep_list_later(const std::string& url, const std::string& text);
  void tell_missing_control_socket();
  void announce();
  void stop();
  asio::awaitable<void> obey_signals();
  void watch_threads();
  asio::awaitable<void> feed_watchdog(Duration interval);
  asio::awaitable<void> sweep();

  const ServeOptions& options_;
  const Log& log_;
  HeldSignals& held_signals_;
  StopDeadline& stop_deadline_;
  std::unique_ptr<StorageLock> lock_;
  bool joined_;
  Tenure tenure_;                           // outlives the ledger
  std::vector<ListeningSocket> listening_;  // the same as the web's, for one that begins anew
  std::shared_ptr<const Settings> settings_;
  std::vector<StoredTenant> stored_;
  std::optional<WallTime> believed_time_;  // the ledger's, of before
  std::optional<Rewind> rewound_;          // and what that is to tell

  // Taken down from the bottom up: who holds suspended coroutines goes before the loop they run on.
  asio::io_context loop_{1};
  asio::posix::stream_descriptor signals_;  // readable while one waits
  Instruments& instruments_;
  StorageStanding storage_;
  const Guid ledger_id_;
  Table table_;
  LedgerThread ledger_;
  Fetcher fetcher_;             // asks authorities
  Fetcher background_fetcher_;  // asks sinks and servers of lists: none of them holds a probe up
  Watcher watcher_;
  Dispatch dispatch_;
  Housekeeping housekeeping_;
  FollowedConfig config_;
  Liveness liveness_;
  LoopOperations operations_;
  WebFront web_;
  const std::unique_ptr<RequestService> requests_;  // of standbys, of a ledger that is shared
  bool begins_anew_ = false;
  bool stopping_ = false;  // for good
};

Daemon::Daemon(const Surroundings& given, Start begun)
    : options_(given.options),
      log_(given.log),
      held_signals_(given.signals),
      stop_deadline_(given.stop_deadline),
      lock_(std::move(begun.storage.lock)),
      joined_(begun.joined),
      tenure_(std::move(begun.storage.membership), std::move(begun.fleet)),
      listening_(tenure_.shared() ? keep_listening(begun.sockets) : std::vector<ListeningSocket>()),
      settings_(std::make_shared<const Settings>(std::move(begun.config.main.settings))),
      stored_(std::move(begun.storage.tenants)),
      believed_time_(begun.storage.believed_time),
      rewound_(begun.storage.rewound),
      signals_(loop_, held_signals_.open_descriptor()),
      instruments_(given.instruments),
      storage_(instruments_, log_, name_of_storage(*settings_, options_.storage_path)),
      ledger_id_(begun.storage.ledger->id()),
      ledger_(std::move(begun.storage.ledger), settings_->events.source, storage_.observer(),
              storage_.listener(
                  [this] { asio::post(loop_, [this] { watcher_.retry_uncommitted(); }); })),
      watcher_(loop_.get_executor(), fetcher_, ledger_, instruments_, table_, log_,
               [this] { announce(); }),
      dispatch_(loop_.get_executor(),
                {.fetcher = background_fetcher_,
                 .log = log_,
                 .storage = options_.storage_path,
                 .external_url = options_.external_url},
                ledger_, instruments_, log_, tenure_.duty()),
      housekeeping_(loop_.get_executor(), ledger_, watcher_, dispatch_, instruments_, log_),
      config_({.loop = loop_.get_executor(),
               .options = options_,
               .fetcher = background_fetcher_,
               .instruments = instruments_,
               .log = log_},
              begun.config, settings_, std::move(begun.lists),
              {.plan =
                   [this](std::shared_ptr<const Settings> settings) {
                     return plan_changeover(table_, std::move(settings));
                   },
               .put_into_force = [this](NewConfig& changed) { put_into_force(changed); },
               .reloaded =
                   [this] {
                     web_.look_soon();
                     dispatch_.reopen();
                   },
               .keep_list = [this](const std::string& url,
                                   const std::string& text) { keep_list_later(url, text); }}),
      liveness_(loop_.get_executor()),
      operations_({.loop = loop_.get_executor(),
                   .ledger = ledger_,
                   .ledger_id = ledger_id_,
                   .table = table_,
                   .watcher = watcher_,
                   .dispatch = dispatch_,
                   .reloads = config_.reloads(),
                   .log = log_,
                   .external_url = options_.external_url,
                   .settings = [this] { return settings_; }}),
      web_(options_, std::move(begun.config.web), std::move(begun.sockets), instruments_, log_,
           {.table = table_,
            .liveness = liveness_,
            .journal = std::move(begun.storage.journal),
            .operations = operations_.operations()}),
      requests_(
          begun.storage.requests
              ? std::make_unique<RequestService>(
                    loop_.get_executor(), std::move(begun.storage.requests),
                    [this](WebRequest asked) { return web_.api().carry_out(std::move(asked)); },
                    log_)
              : nullptr) {
  table_.last_event = begun.storage.last_event;
  given.damage.tell_dropped([this](const std::string& sink, std::uint64_t events) {
    asio::post(loop_, [this, sink, events] { note_dropped(sink, events); });
  });
  web_.api().name_journal(ledger_id_);
  web_.api().share(tenure_.fleet());
  instruments_.authorities().show_connections([this] { return fetcher_.connections(); });
}

void Daemon::note_dropped(const std::string& sink, std::uint64_t events) {
  if (dispatch_.has(sink))
    instruments_.sink(sink).dropped.Increment(double(events));
  log_.error("events dropped undelivered, as they are damaged or gone",
             {{"sink", sink}, {"events", events}});
}

std::optional<Legacy> Daemon::run() {
  watch_threads();
  web_.start(joined_);
  tell_missing_control_socket();
  watcher_.restore(std::exchange(stored_, {}), settings_);
  watcher_.configure(plan_changeover(table_, settings_));
  housekeeping_.configure(settings_->events);
  if (rewound_)
    co_spawn(loop_, watcher_.tell_rewind(*rewound_), asio::detached);
  co_spawn(loop_, housekeeping_.run(believed_time_),
           asio::detached);  // before the couriers: what retention takes is brought no more
  auto changed = [this] { begin_anew({ErrorKind::conflict, "the ledger's server went back"}); };
  co_spawn(loop_, housekeeping_.watch_storage(ledger_id_, std::move(changed)), asio::detached);
  dispatch_.configure(settings_->events.sinks);
  config_.follow();
  instruments_.config_last_reload_success_timestamp_seconds().Set(unix_seconds(wall_now()));
  co_spawn(loop_, obey_signals(), asio::detached);
  if (const auto interval = watchdog_interval())
    co_spawn(loop_, feed_watchdog(*interval), asio::detached);
  co_spawn(loop_, sweep(), asio::detached);
  instruments_.storage_up().Set(1);
  tenure_.begin({.loop = loop_.get_executor(),
                 .ledger = ledger_,
                 .watcher = watcher_,
                 .instruments = instruments_,
                 .log = log_,
                 .over = [this](const Error& why) { begin_anew(why); }});
  if (requests_)
    co_spawn(loop_, requests_->run(), asio::detached);
  web_.api().set_ready(true);
  trim_heap();
  notify_supervisor("READY=1");
  log_.info("started", {{"tenants", settings_->tenants.size()},
                        {"storage", storage_.where()},
                        {"rules", to_string(settings_->rules)}});
  loop_.run();
  tenure_.end();
  dispatch_.close();
  web_.api().stop();
  if (begins_anew_)
    return Legacy{.sockets = std::move(listening_),
                  .config = config_.in_force(web_.config_in_force()),
                  .lists = config_.lists()};
  log_.info("stopped");
  return std::nullopt;
}

void Daemon::begin_anew(const Error& why) {
  tenure_.lose_duty();
  if (stopping_ || std::exchange(begins_anew_, true))
    return;
  log_.warn("beginning anew, as a standby", {{"err", why.detail}});
  stop();
  loop_.stop();
}

asio::awaitable<void> Daemon::obey_signals() {
  while (!held_signals_.stopped_within(Duration::zero())) {
    if (held_signals_.hung_up())
      config_.reloads().ask([this](const std::string& findings) {
        web_.audit().done_by_signal("reload", findings.empty());
      });
    co_await signals_.async_wait(asio::posix::descriptor_base::wait_read, asio::use_awaitable);
  }
  stopping_ = true;
  stop();
  co_await dispatch_.ended(last_deliveries);
  loop_.stop();
}

void Daemon::stop() {
  if (!begins_anew_) {
    listening_.clear();
    log_.info("stopping");
    bound_stop(stop_deadline_, log_);
    tenure_.drain();
    notify_supervisor("STOPPING=1");
  }
  web_.api().set_ready(false);
  if (requests_)
    requests_->stop();
  watcher_.stop();
  dispatch_.stop();
  config_.reloads().stop();  // before the web server, where some wait for one
  web_.stop();
  housekeeping_.save();
}

void Daemon::put_into_force(NewConfig& config) {
  settings_ = config.changeover.settings;
  tenure_.configured(config.digest);
  ledger_.set_source(settings_->events.source);
  watcher_.configure(std::move(config.changeover));
  dispatch_.configure(settings_->events.sinks);
  housekeeping_.configure(settings_->events);
}

// On the ledger's thread: the disk is the same.
void Daemon::keep_list_later(const std::string& url, const std::string& text) {
  auto write = [folder = options_.storage_path, url, text, &log = log_](Ledger&) {
    keep_list(folder, url, text, log);
  };
  auto dropped = [folder = options_.storage_path, url, &log = log_](const Error& why) {
    log_not_kept(folder, url, why.detail, log);
  };
  ledger_.post(std::move(write), std::move(dropped));
}

void Daemon::tell_missing_control_socket() {
  if (!control_socket(options_.storage_path))
    log_.warn(
        "no control socket: the path of --storage.path is too long for one; drill and redeliver "
        "need --url",
        {{"storage", options_.storage_path.string()}});
}

void Daemon::announce() {
  web_.bell().ring();
  dispatch_.wake();
}

void Daemon::watch_threads() {
  liveness_.watch("the loop", [] { return nothing(); });
  liveness_.watch("the ledger's thread", [this] { return ledger_.turn(); });
  liveness_.watch("the thread that asks authorities", [this] { return fetcher_.turn(); });
  liveness_.watch("the thread that asks sinks and lists",
                  [this] { return background_fetcher_.turn(); });
}

asio::awaitable<void> Daemon::sweep() {
  asio::steady_timer timer(loop_);
  for (HeapTrims trims;;) {
    timer.expires_after(sweep_every);
    co_await timer.async_wait(asio::use_awaitable);
    web_.audit().sweep(steady_now());
    trims.look(steady_now());
  }
}

asio::awaitable<void> Daemon::feed_watchdog(Duration interval) {
  asio::steady_timer timer(loop_);
  for (;;) {
    if (liveness_.standing_still().empty())
      notify_supervisor("WATCHDOG=1");
    timer.expires_after(interval / 2);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace

void run_daemon(const ServeOptions& options, const Log& log) {
  HeldSignals signals;
  StopDeadline stop_deadline;
  LastSeen last_seen(options.storage_path, log);
  LastingCounts counts;
  std::optional<Legacy> legacy;
  do {
    Instruments instruments(counts);  // what the one before knew of authorities and sinks is over
    instruments.show_dropped_lines_of(log);
    DamageLog damage(instruments, log);
    const Surroundings given{options, log, signals, stop_deadline, instruments, damage, last_seen};
    std::optional<Start> begun = start(given, std::exchange(legacy, std::nullopt));
    if (!begun)
      return;
    {
      Daemon daemon(given, std::move(*begun));
      legacy = daemon.run();
    }
    counts = instruments.lasting();
  } while (legacy);
}

}  // namespace tenantscope
