#include "app/joining.hpp"

#include <utility>

#include "base/clock.hpp"
#include "system/notify.hpp"

namespace tenantscope {
namespace {

constexpr Duration look_again = std::chrono::milliseconds(100);

// Of a storage that isn't open.
class NoJournal : public Journal {
 public:
  Result<std::vector<JournalEntry>> read(std::uint64_t, std::size_t) override { return why(); }
  Result<std::vector<JournalEntry>> newest(const std::optional<TenantKey>&, std::uint64_t,
                                           std::size_t) override {
    return why();
  }
  Result<std::uint64_t> newest_until(WallTime) override { return why(); }
  Result<std::optional<JournalEntry>> find(const std::string&) override { return why(); }
  Result<std::uint64_t> oldest() override { return why(); }
  Result<std::uint64_t> last() override { return why(); }

 private:
  static Error why() { return {ErrorKind::io, "the storage isn't open yet"}; }
};

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

Joining::Joining(const ServeOptions& options, LoadedWebConfig web,
                 std::vector<ListeningSocket> sockets, Instruments& instruments, const Log& log)
    : instruments_(instruments),
      log_(log),
      audit_(
          log,
          [this](LoginResult result) { instruments_.web_logins(to_string(result)).Increment(); }),
      liveness_({}),
      api_(table_, instruments, liveness_, std::make_unique<NoJournal>(), {}, audit_, {}),
      web_config_(options.web_config_file, std::move(web), log, [](const WebConfig&) {}),
      guard_([this](WebRequest request) { return api_.answer(std::move(request)); },
             [this] { return web_config_.current(); }, audit_,
             {.health = options.health_without_login ? HealthLogin::none : HealthLogin::wanted,
              .hosts = HostNames(options.allowed_hosts)}),
      web_(
          std::move(sockets),
          [this](WebRequest request) { return guard_.answer(std::move(request)); }, log, {},
          [this] { return web_config_.current()->tls; },
          {.refused =
               [this](RefusalReason reason) {
                 instruments_.web_refused(to_string(reason)).Increment();
               },
           .answered = [this](unsigned status) { instruments_.web_requests(status).Increment(); }}),
      bell_(web_.executor()) {
  instruments_.storage_up().Set(0);
  api_.use_bell(bell_);
  api_.join();
  for (const std::string& address : web_.addresses())
    log_.info("listening", {{"address", address}});
  web_.start();
}

Joining::~Joining() {
  web_.stop();
  guard_.stop();
  api_.stop();
  audit_.sweep(SteadyTime::max());
  instruments_.storage_up().Set(1);
}

std::optional<OpenStorage> Joining::wait_for(StorageOpener& opener,
                                             const StoppedWithin& stopped_within) {
  log_.warn("serving without the storage until it can be opened; no tenant is asked before",
            {{"err", opener.obstacle()}});
  notify_supervisor("READY=1\nSTATUS=waiting for the storage");
  Watchdog watchdog;
  while (!stopped_within(look_again)) {
    watchdog.feed();
    audit_.sweep(steady_now());
    if (std::optional<OpenStorage> opened = opener.opened_within({})) {
      log_.info("the storage is open");
      notify_supervisor("STATUS=");
      return opened;
    }
  }
  return std::nullopt;
}

}  // namespace tenantscope
