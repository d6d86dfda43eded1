// A courier on a real ledger, as the daemon has it, with its loop run by the test and time passing
// as fast as it can.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "app/courier/courier.hpp"
#include "app/fast_time.hpp"
#include "app/faulty_ledger.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {

class CourierInFastTime : public ::testing::Test {
 protected:
  ~CourierInFastTime() override {
    if (!courier_)
      return;
    courier_->stop();
    courier_->close();
  }

  // One event of each of these tenants, in this order, for the sink `soc`; the next scope each
  // time.
  void commit(const std::vector<int>& tenants) {
    auto job = [&](Ledger& ledger) {
      States states = states_of(ledger);
      std::size_t committed = 0;
      for (const int number : tenants) {
        TenantState& state = states[tenant(number)];
        const Step step =
            step_to(tenant(number), state, document(state.generation % 2 == 0 ? "USG" : "USGov"),
                    minute(0), {"soc"});
        state = *step.state;
        committed += ledger.commit(std::vector{step}, "tenantscope").size();
      }
      return committed;
    };
    run(loop_, ledger_.run(std::move(job)));
    if (courier_)
      courier_->wake();
  }

  // That the ledger went back.
  void commit_rewind() {
    auto job = [](Ledger& ledger) {
      ChangeEvent event = make_rewind_event({}, minute(0), {});
      event.sinks = {"soc"};
      const Step step{.tenant = {}, .state = {}, .events = {event}};
      return ledger.commit(std::vector{step}, "tenantscope").size();
    };
    run(loop_, ledger_.run(std::move(job)));
  }

  void start(std::unique_ptr<Sink> sink) {
    courier_ = std::make_shared<Courier>(loop_.get_executor(), "soc", std::move(sink), ledger_,
                                         instruments_, log_, time_, duty_);
    boost::asio::co_spawn(loop_, Courier::run(courier_), [](std::exception_ptr error) {
      if (error)
        std::rethrow_exception(error);
    });
  }

  template <class Job>
  auto ask(Job job) {
    return run(loop_, ledger_.run(std::move(job)));
  }
  std::uint64_t waiting() {
    return ask([](Ledger& ledger) { return ledger.outbox("soc"); }).value().events;
  }
  std::vector<JournalEntry> journal() {
    return ask([](Ledger& ledger) { return ledger.read(0, 100'000); }).value();
  }
  bool until(const std::function<bool()>& holds) { return run_until(loop_, holds); }
  double deliveries() { return instruments_.sink("soc").deliveries.Value(); }
  double failures(ErrorKind reason) {
    return instruments_.sink("soc").failures.at(reason)->Value();
  }
  double shown_waiting() { return instruments_.sink("soc").outbox_events.Value(); }

  TemporaryFolder folder_;
  LedgerFaults faults_;
  boost::asio::io_context loop_;
  Instruments instruments_;
  const Log log_{LogLevel::error, LogFormat::logfmt};
  std::shared_ptr<FastTime> time_ = std::make_shared<FastTime>();
  std::shared_ptr<Duty> duty_ = Duty::always();
  LedgerThread ledger_{std::make_unique<FaultyLedger>(open_sqlite_ledger(folder_.path()), faults_),
                       "tenantscope", [](bool) {}};
  std::shared_ptr<Courier> courier_;
};

}  // namespace tenantscope
