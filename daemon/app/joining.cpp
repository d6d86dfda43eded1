#include "app/joining.hpp"

#include <mutex>
#include <utility>

#include "app/api/answer.hpp"
#include "app/web_sockets.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/heap.hpp"
#include "system/notify.hpp"

namespace tenantscope {
namespace {

constexpr Duration look_again = std::chrono::milliseconds(100);

// Opened when it is read first, and tried again at the next time where that fails.
class LateJournal : public Journal {
 public:
  using Open = std::function<std::unique_ptr<Journal>()>;

  explicit LateJournal(Open open) : open_(std::move(open)) {}

  Result<std::vector<JournalEntry>> read(std::uint64_t after, std::size_t limit) override {
    return ask([&](Journal& journal) { return journal.read(after, limit); });
  }
  Result<std::vector<JournalEntry>> newest(const std::optional<TenantKey>& tenant,
                                           std::uint64_t before, std::size_t limit) override {
    return ask([&](Journal& journal) { return journal.newest(tenant, before, limit); });
  }
  Result<std::uint64_t> newest_until(WallTime time) override {
    return ask([&](Journal& journal) { return journal.newest_until(time); });
  }
  Result<std::optional<JournalEntry>> find(const std::string& id) override {
    return ask([&](Journal& journal) { return journal.find(id); });
  }
  Result<std::uint64_t> oldest() override {
    return ask([](Journal& journal) { return journal.oldest(); });
  }
  Result<std::uint64_t> last() override {
    return ask([](Journal& journal) { return journal.last(); });
  }

 private:
  template <class Question>
  auto ask(const Question& question) -> decltype(question(std::declval<Journal&>())) {
    try {
      if (!journal_)
        journal_ = open_();
    } catch (const FatalError& error) {
      return Error{ErrorKind::io, error.what()};
    }
    return question(*journal_);
  }

  const Open open_;
  std::unique_ptr<Journal> journal_;
};

std::unique_ptr<Journal> open_nothing() {
  throw FatalError(exit_failure, "the storage isn't open yet");
}

boost::asio::awaitable<Result<ProbeResult>> refuse_to_ask(std::string why) {
  throw RefusedRequest{503, std::move(why)};
  co_return Error();
}

// As systemd wants it, where it does.
class Watchdog {
 public:
  void feed() {
    const SteadyTime now = steady_now();
    if (!interval_ || now < next_)
      return;
    notify_supervisor("WATCHDOG=1");
    next_ = now + *interval_ / 2;
  }

 private:
  std::optional<Duration> interval_ = watchdog_interval();
  SteadyTime next_;
};

}  // namespace

Joining::Joining(const ServeOptions& options, const ServeConfig& config,
                 std::vector<ListeningSocket> sockets, Instruments& instruments, const Log& log,
                 std::optional<Shared> shared)
    : options_(options),
      instruments_(instruments),
      log_(log),
      shared_(std::move(shared)),
      liveness_({}),
      web_(
          options, config.web, std::move(sockets), instruments, log,
          {.table = shared_ ? shared_->follower.table() : nothing_,
           .liveness = liveness_,
           .journal = std::make_unique<LateJournal>(shared_ ? shared_->open_journal : open_nothing),
           .operations = operations()}) {
  instruments_.storage_up().Set(0);
  instruments_.replica_active().Set(0);
  if (!shared_)  // else its followed configuration says so
    instruments_.config_last_reload_successful().Set(config.standing.good());
  instruments_.config_last_reload_success_timestamp_seconds().Set(unix_seconds(wall_now()));
  web_.api().join();
  if (shared_)
    web_.api().share(shared_->fleet);
  web_.start(false);
  web_.look_soon();  // its files may have changed since
}

Joining::~Joining() { (void)stop(); }

LoadedWebConfig Joining::stop() {
  if (std::exchange(stopped_, true))
    return web_.config_in_force();
  if (shared_)  // before the web server, where some wait for a reload
    shared_->config.stop("the daemon is about to stop, or to take over: reload it again");
  web_.stop();
  web_.api().stop();
  if (shared_)
    shared_->asker.stop();
  instruments_.storage_up().Set(1);
  instruments_.replica_active().Set(1);
  return web_.config_in_force();
}

std::optional<OpenStorage> Joining::wait_for(StorageOpener& opener,
                                             const StoppedWithin& stopped_within) {
  if (!opener.standing_by())
    log_.warn("serving without the storage until it can be opened; no tenant is asked before",
              {{"err", opener.obstacle()}});
  show(opener);
  notify_supervisor("READY=1\nSTATUS=waiting for the storage");
  return open(opener, stopped_within);
}

std::optional<OpenStorage> Joining::open(StorageOpener& opener,
                                         const StoppedWithin& stopped_within) {
  Watchdog watchdog;
  HeapTrims trims;
  while (!stopped_within(look_again)) {
    watchdog.feed();
    web_.audit().sweep(steady_now());
    trims.look(steady_now());
    show(opener);
    if (shared_ && shared_->config.look(web_.audit(), shared_->hung_up()))
      return std::nullopt;
    if (std::optional<OpenStorage> opened = opener.opened_within({})) {
      log_.info("the storage is open");
      notify_supervisor("STATUS=");
      return opened;
    }
  }
  return std::nullopt;
}

// What was read last is shown for a lease, also while the server doesn't answer.
void Joining::show(const StorageOpener& opener) {
  const std::optional<StandingBy> standing_by = opener.standing_by();
  if (standing_by && instruments_.replica())
    instruments_.replica()->config_matches().Set(standing_by->same_config);
  if (standing_by)
    listen_for_owner_once();
  const std::optional<Guid> journal = shared_ ? shared_->follower.journal() : std::optional<Guid>();
  instruments_.storage_up().Set(standing_by && journal);
  if (standing_by || !journal)
    standing_by_ = standing_by;
  if (standing_by_)
    standing_by_->knows = journal.has_value();
  if (journal) {
    const bool outdated = standing_by_ && !standing_by_->outdated.empty();
    shared_->fleet->become(outdated ? ReplicaState::outdated : ReplicaState::standby);
    web_.api().name_journal(*journal);
  }
  web_.api().stand_by(standing_by_);
  if (!journal)
    return;
  const Table& table = shared_->follower.table();
  const std::uint64_t last = [&table] {
    const std::lock_guard lock(table.mutex);
    return table.last_event;
  }();
  if (std::exchange(rung_for_, last) != last)
    web_.bell().ring();
}

// Who stands by has the folder's lock.
void Joining::listen_for_owner_once() {
  if (std::exchange(has_control_socket_, true))
    return;
  try {
    std::vector<ListeningSocket> sockets;
    add_control_socket(sockets, options_);
    for (ListeningSocket& socket : sockets)
      web_.listen_at(std::move(socket));
  } catch (const FatalError& error) {
    log_.warn("no control socket while it stands by", {{"err", error.what()}});
  }
}

// Who isn't watched would have to be asked.
Operations Joining::operations() {
  Operations operations;
  if (shared_) {
    operations.reload = [this] {
      return await_callback<std::string>(
          [this](Callback<std::string> done) { shared_->config.ask(done); });
    };
    operations.forward = [this](WebRequest asked) {
      std::string active = web_.api().standing_by().value_or(StandingBy()).whom();
      return shared_->asker.ask(std::move(asked), std::move(active));
    };
  }
  operations.probe = [this](const ProbeOrder&) {
    return refuse_to_ask(only_active_answers(web_.api().standing_by().value_or(StandingBy())));
  };
  return operations;
}

}  // namespace tenantscope
