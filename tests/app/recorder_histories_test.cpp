// Whatever the ledger does, the table shows what the ledger has, and what it has is what its events
// say: histories of 100,000 tenants, on a ledger that commits, fails, refuses, doesn't answer and
// loses its answers at random. A seed is a run; only the time that a silence takes is real.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "app/recorder.hpp"
#include "base/clock.hpp"
#include "storage/memory_ledger.hpp"
#include "support/event_loop.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// What becomes of a transaction.
enum class Fate {
  committed,
  failed,
  forgotten,  // it is committed, and said to have failed
  late,       // it is committed, but whoever waits is gone by then
  failed_late,
  some_refused,  // though they follow
};
constexpr std::array fates{Fate::committed, Fate::committed,   Fate::failed,      Fate::forgotten,
                           Fate::late,      Fate::failed_late, Fate::some_refused};

bool silent(Fate fate) { return fate == Fate::late || fate == Fate::failed_late; }

// An event as far as a state follows from it.
struct Told {
  std::uint64_t generation;
  std::optional<Finding> previous;
  Finding current;
};

// Its states and events. The loop looks at them while no transaction is under way.
struct Fickle {
  std::atomic<Fate> fate = Fate::committed;
  std::atomic<bool> hangs = false;
  std::map<TenantKey, TenantState> states;
  std::map<TenantKey, std::vector<Told>> events;
  std::map<TenantKey, std::vector<JournalEntry>> journal;
  std::set<TenantKey> forgotten;  // whose last commit nobody was told of
  std::uint64_t last = 0;
  std::uint64_t told = 0;  // of what it said that it is committed, the last
  std::mt19937 random;
  std::mutex mutex;
  std::set<TenantKey> refused;  // by the last transaction, and whose state was given; guarded

  bool one_in(unsigned times) { return random() % times == 0; }
};

class FickleLedger : public MemoryLedger {
 public:
  explicit FickleLedger(Fickle& fickle)
      : MemoryLedger(std::make_shared<MemoryStore>()), fickle_(fickle) {}

  std::vector<Result<std::uint64_t>> commit(std::span<const Step> steps,
                                            const std::string&) override {
    const Fate fate = fickle_.fate;
    fickle_.hangs.wait(true);
    const Error broken{ErrorKind::io, "broken"};
    std::vector<Result<std::uint64_t>> results(steps.size(), broken);
    if (fate == Fate::failed || fate == Fate::failed_late)
      return results;
    for (std::size_t at = 0; at < steps.size(); ++at) {
      const Result<std::uint64_t> written = write(steps[at], fate);
      if (fate == Fate::forgotten)
        continue;
      results[at] = written;
      if (written)
        fickle_.told = fickle_.last;
      else
        note(steps[at].tenant, true);
    }
    return results;
  }

  Result<TenantState> state(const TenantKey& tenant) override {
    if (fickle_.fate != Fate::committed && fickle_.one_in(4)) {
      note(tenant, false);
      return Error{ErrorKind::io, "broken"};
    }
    const auto known = fickle_.states.find(tenant);
    return known == fickle_.states.end() ? TenantState() : known->second;
  }

  Result<std::vector<JournalEntry>> newest(const std::optional<TenantKey>& tenant, std::uint64_t,
                                           std::size_t limit) override {
    const std::vector<JournalEntry>& all = fickle_.journal[*tenant];
    const std::size_t count = std::min(limit, all.size());
    return std::vector<JournalEntry>(all.rbegin(), all.rbegin() + std::ptrdiff_t(count));
  }

 private:
  Result<std::uint64_t> write(const Step& step, Fate fate) {
    const std::uint64_t first = fickle_.last + 1;
    if (step.state) {
      TenantState& state = fickle_.states[step.tenant];
      const bool refused = fate == Fate::some_refused && fickle_.one_in(2);
      if (refused || state.generation + 1 != step.state->generation)
        return Error{ErrorKind::conflict, "refused"};
      state = *step.state;
      const Transition& transition = step.events.front().transition;
      fickle_.events[step.tenant].push_back(
          {transition.generation, transition.previous, transition.current});
      JournalEntry entry{.sequence = first, .kind = step.events.front().kind};
      entry.time = transition.confirmed;
      fickle_.journal[step.tenant].push_back(std::move(entry));
      if (fate == Fate::forgotten)
        fickle_.forgotten.insert(step.tenant);
    }
    fickle_.last += step.events.size();
    return first;
  }

  void note(const TenantKey& tenant, bool refused) {
    const std::lock_guard lock(fickle_.mutex);
    refused ? void(fickle_.refused.insert(tenant)) : void(fickle_.refused.erase(tenant));
  }

  Fickle& fickle_;
};

// Some tenants and their histories.
class Histories {
 public:
  Histories(int tenants, unsigned seed) : random_(seed) {
    fickle_.random.seed(seed);
    Settings settings;
    settings.events.sinks = {};
    recorder_.configure(std::make_shared<const Settings>(std::move(settings)));
    for (int number = 0; number < tenants; ++number)
      table_.add({.watched = true,
                  .settings = std::make_shared<const TenantSettings>(
                      TenantSettings{.key = tenant(number)})});
    seen_.resize(std::size_t(tenants));
  }
  ~Histories() { recorder_.stop(); }

  // Everybody's next probe, or some of them, and what becomes of it.
  void round(Fate fate) {
    const std::uint64_t had = fickle_.last;
    fickle_.fate = fate;
    fickle_.hangs = silent(fate);
    probe(3);
    if (silent(fate)) {
      EXPECT_LE(table_.last_event, had) << "shown, and nobody knows whether it is stored";
      probe(3);  // of changes that are in doubt, too
      fickle_.hangs = false;
      fickle_.hangs.notify_all();
    }
    settle();
    check();
  }

  // The ledger is well again: everybody shows what they have been seen to be last.
  void recover() {
    fickle_.fate = Fate::committed;
    catch_up();
    check();
    for (int probes = 0; probes < 20 && !shows_what_was_seen(); ++probes) {  // a busy machine may
      probe(1, false);                                                       // lose patience
      settle();
    }
    check();
    EXPECT_TRUE(fickle_.forgotten.empty());
    EXPECT_EQ(counted(), written()) << "each event is counted once, in doubt or not";
    EXPECT_TRUE(shows_what_was_seen());
  }

 private:
  // All tenants are probed but one in `times`, or all; what they show may have changed.
  void probe(unsigned times, bool changes = true) {
    static const std::vector<Finding> findings{document("USG"), document("USGov"),
                                               document("USGov", "DOD"), Finding()};
    for (std::size_t number = 0; number < seen_.size(); ++number) {
      if (times > 1 && random_() % times == 0)
        continue;
      Watch& watch = table_.watches[number];
      if (changes)
        seen_[number] = findings[random_() % findings.size()];
      const Observation observation{
          .finding = seen_[number], .evidence = {}, .time = minute(++minutes_)};
      Advance advanced = advance(watch.state, observation, {.confirmations = 1 + int(number % 2)});
      if (advanced.transition)
        record(number, std::move(advanced));
      else
        watch.state = std::move(advanced.state);
    }
    commit();
  }

  bool shows_what_was_seen() const {
    for (std::size_t number = 0; number < seen_.size(); ++number) {
      const TenantState& state = table_.watches[number].state;
      if (state.awaits_confirmation() || !state.confirmed() ||
          !equivalent(*state.confirmed(), seen_[number]))
        return false;
    }
    return true;
  }

  void record(std::size_t number, Advance advanced) {
    ++under_way_;
    boost::asio::co_spawn(loop_, recorder_.record(number, std::move(advanced), steady_now() + 1h),
                          [this](std::exception_ptr) { --under_way_; });
  }

  // All that is recorded, in one transaction: a drill, which is in no hurry either, is its last.
  void commit() {
    loop_.restart();
    loop_.poll();
    ++under_way_;
    boost::asio::co_spawn(loop_, recorder_.drill(tenant(0), "USG"),
                          [this](std::exception_ptr, Result<std::uint64_t>) { --under_way_; });
    ASSERT_TRUE(run_until(loop_, [this] { return under_way_ == 0; }));
  }

  // What was in doubt isn't any more, and was fed.
  void settle() {
    for (bool settled = false; !settled;) {
      auto ask = [](Ledger&) { return true; };
      settled = bool(run(loop_, ledger_.run(std::move(ask))));
    }
  }
  // What was committed and forgotten is looked for until it is found.
  void catch_up() {
    EXPECT_TRUE(run_until(loop_, [this] {
      for (const Watch& watch : table_.watches)
        if (watch.state.generation != fickle_.events[watch.settings->key].size())
          return false;
      return true;
    }));
  }

  double counted() {
    return instruments_.events(EventKind::baselined).Value() +
           instruments_.events(EventKind::changed).Value();
  }
  double written() const {
    std::size_t events = 0;
    for (const auto& [tenant, all] : fickle_.journal)
      events += all.size();
    return double(events);
  }

  void check() {
    EXPECT_GE(table_.last_event, fickle_.told);
    EXPECT_LE(table_.last_event, fickle_.last);
    check_refused();
    for (const Watch& watch : table_.watches)
      check(watch.settings->key, watch.state);
  }

  // Nothing of a refused change is pending, where whoever made it was told.
  void check_refused() {
    const std::lock_guard lock(fickle_.mutex);
    const bool told = !impatient_.exchange(false);
    for (const TenantKey& key : std::exchange(fickle_.refused, {}))
      EXPECT_FALSE(told && table_.find(key)->state.awaits_confirmation()) << key.name;
  }

  // What it shows is what its events say, up to one whose answer was lost.
  void check(const TenantKey& key, const TenantState& shown) {
    const std::vector<Told>& events = fickle_.events[key];
    if (fickle_.forgotten.contains(key) && shown.generation == events.size())
      fickle_.forgotten.erase(key);
    const bool behind = fickle_.forgotten.contains(key);
    ASSERT_LE(shown.generation, events.size()) << key.name;
    ASSERT_TRUE(behind || shown.generation == events.size())
        << key.name << " shows " << shown.generation << " of " << events.size();
    std::optional<Finding> folded;
    for (std::size_t at = 0; at < events.size(); ++at) {
      ASSERT_EQ(events[at].generation, at + 1) << key.name;
      ASSERT_EQ(events[at].previous, folded) << key.name << " isn't told as it was";
      folded = events[at].current;
      if (at + 1 == shown.generation) {
        ASSERT_EQ(shown.confirmed(), folded) << key.name;
      }
    }
    const auto stored = fickle_.states.find(key);  // the ledger's thread may look, too
    ASSERT_EQ(stored == fickle_.states.end() ? std::nullopt : stored->second.confirmed(), folded)
        << key.name;
  }

  std::mt19937 random_;
  Fickle fickle_;
  std::vector<Finding> seen_;  // last, by tenant
  int minutes_ = 0;
  int under_way_ = 0;
  std::atomic<bool> impatient_ = false;  // since the last look somebody wasn't answered in time
  const Log log_{LogLevel(int(LogLevel::error) + 1), LogFormat::logfmt};  // nothing
  boost::asio::io_context loop_{1};
  Instruments instruments_;
  Table table_;
  ChangeLog change_log_{log_};
  LedgerThread ledger_{std::make_unique<FickleLedger>(fickle_),
                       "test",
                       [](bool) {},
                       {.away = [this] { impatient_ = true; },
                        .returned = {},
                        .refused = [this] { impatient_ = true; }},
                       {.patience = 20ms}};
  Recorder recorder_{loop_.get_executor(), ledger_, instruments_, table_,
                     change_log_,          log_,    [] {},        1ms};
};

void play(int together, unsigned seed) {
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  Histories histories(together, seed);
  for (int round = 0; round < 6; ++round)
    histories.round(fates[random() % fates.size()]);
  histories.recover();
}

TEST(RecorderHistoriesSlow, TheTableIsTheFoldOfTheEvents) {
  constexpr int sequences = 100'000, together = 4'000;
  for (unsigned seed = 1; seed <= sequences / together && !testing::Test::HasFailure(); ++seed)
    play(together, seed);
}

// So few that the ledger answers each of them in time.
TEST(RecorderHistories, OfAFewTenantsKeepNothingPendingThatWasRefused) {
  for (unsigned seed = 1; seed <= 50 && !testing::Test::HasFailure(); ++seed)
    play(20, seed);
}

}  // namespace
}  // namespace tenantscope
