#include "app/courier/courier.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "app/faulty_ledger.hpp"
#include "sinks/file_sink.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/captured_log.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

// The sequences of the events in a sink's file, in order.
std::vector<std::uint64_t> sequences_in(const fs::path& file) {
  std::vector<std::uint64_t> sequences;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const std::string_view key = R"("sequence":")";
    sequences.push_back(std::stoull(line.substr(line.find(key) + key.size(), 20)));
  }
  return sequences;
}

std::vector<std::uint64_t> up_to(std::uint64_t last) {
  std::vector<std::uint64_t> sequences(last);
  for (std::uint64_t i = 0; i < last; ++i)
    sequences[i] = i + 1;
  return sequences;
}

class CourierTest : public ::testing::Test {
 protected:
  ~CourierTest() override {
    if (!courier_)
      return;
    courier_->stop();
    courier_->close();
  }

  // Events for the sink `audit`, committed.
  void commit(int events) {
    auto job = [&](Ledger& ledger) {
      std::vector<Step> steps;
      steps.reserve(std::size_t(events));
      for (int i = 0; i < events; ++i)
        steps.push_back(step_to(tenant(next_tenant_++), {}, document("USG"), minute(i), {"audit"}));
      return ledger.commit(steps, "tenantscope").size();
    };
    run(loop_, ledger_->run(std::move(job)));
  }
  OutboxStatus outbox() {
    auto job = [](Ledger& ledger) { return ledger.outbox("audit"); };
    return run(loop_, ledger_->run(std::move(job))).value();
  }
  void start(const fs::path& file) { start(std::make_unique<FileSink>(file, log_)); }
  void start(std::unique_ptr<Sink> sink) {
    courier_ = std::make_shared<Courier>(loop_.get_executor(), "audit", std::move(sink), *ledger_,
                                         instruments_, log_);
    boost::asio::co_spawn(loop_, Courier::run(courier_), [this](std::exception_ptr error) {
      ended_ = true;
      if (error)
        std::rethrow_exception(error);
    });
  }
  bool shown(double events_left) {
    return run_until(
        loop_, [&] { return instruments_.sink("audit").outbox_events.Value() == events_left; });
  }
  double failures() { return instruments_.sink("audit").failures.at(ErrorKind::io)->Value(); }
  double deliveries() { return instruments_.sink("audit").deliveries.Value(); }

  TemporaryFolder folder_;
  const fs::path file_ = folder_.path() / "events.jsonl";
  LedgerFaults faults_;
  boost::asio::io_context loop_;
  Instruments instruments_;
  const Log log_{LogLevel::error, LogFormat::logfmt};
  std::optional<LedgerThread> ledger_{
      std::in_place, std::make_unique<FaultyLedger>(open_sqlite_ledger(folder_.path()), faults_),
      "tenantscope", [](bool) {}};
  std::shared_ptr<Courier> courier_;
  int next_tenant_ = 0;
  bool ended_ = false;
};

TEST_F(CourierTest, BringsEverythingInOrder) {
  commit(250);
  start(file_);
  ASSERT_TRUE(run_until(loop_, [&] { return deliveries() == 250; }));
  ASSERT_TRUE(shown(0));
  EXPECT_EQ(sequences_in(file_), up_to(250));
  EXPECT_EQ(outbox().events, 0u);
  EXPECT_EQ(failures(), 0);
}

TEST_F(CourierTest, BringsWhatIsNewWhenItIsWoken) {
  start(file_);
  for (std::uint64_t count = 1; count <= 3; ++count) {
    commit(1);
    courier_->wake();
    ASSERT_TRUE(run_until(loop_, [&] { return deliveries() == double(count); }));
  }
  EXPECT_EQ(sequences_in(file_), up_to(3));
}

TEST_F(CourierTest, TriesAgainUntilTheSinkTakesIt) {
  const fs::path inside = folder_.path() / "missing" / "events.jsonl";
  commit(2);
  start(inside);
  ASSERT_TRUE(run_until(loop_, [&] { return failures() > 0; }));
  ASSERT_TRUE(shown(2));
  EXPECT_EQ(deliveries(), 0);
  std::string oldest;
  for (const auto& family : instruments_.collect())
    if (family.name == "tenantscope_event_outbox_oldest_timestamp_seconds")
      oldest = fmt::format("{}", family.metric.at(0).gauge.value);
  EXPECT_EQ(oldest, fmt::format("{}", unix_seconds(minute(0))));

  fs::create_directory(inside.parent_path());
  ASSERT_TRUE(shown(0));
  EXPECT_EQ(sequences_in(inside), up_to(2));
  EXPECT_EQ(deliveries(), 2);
  for (const auto& family : instruments_.collect())
    EXPECT_NE(family.name, "tenantscope_event_outbox_oldest_timestamp_seconds");

  commit(1);
  courier_->wake();
  ASSERT_TRUE(run_until(loop_, [&] { return deliveries() == 3; }));
}

TEST_F(CourierTest, BringsAgainWhatItCouldNotAcknowledge) {
  commit(1);
  faults_.writes_fail = true;
  start(file_);
  ASSERT_TRUE(run_until(loop_, [&] { return deliveries() >= 2; }));
  ASSERT_TRUE(shown(1));
  faults_.writes_fail = false;
  ASSERT_TRUE(shown(0));
  const auto sequences = sequences_in(file_);
  EXPECT_GE(sequences.size(), 2u);
  EXPECT_EQ(std::set(sequences.begin(), sequences.end()), std::set<std::uint64_t>{1});
}

TEST_F(CourierTest, GoesOnAfterALedgerThatCouldNotBeRead) {
  faults_.reads_fail = true;
  start(file_);
  ASSERT_TRUE(run_until(loop_, [&] { return faults_.arrived >= 2; }));
  faults_.reads_fail = false;
  commit(1);
  ASSERT_TRUE(run_until(loop_, [&] { return deliveries() == 1; }));
}

TEST_F(CourierTest, ReopensItsFile) {
  commit(1);
  start(file_);
  ASSERT_TRUE(run_until(loop_, [&] { return deliveries() == 1; }));
  fs::rename(file_, folder_.path() / "rotated");
  courier_->reopen();
  commit(1);
  courier_->wake();
  ASSERT_TRUE(run_until(loop_, [&] { return deliveries() == 2; }));
  EXPECT_EQ(sequences_in(file_), std::vector<std::uint64_t>{2});
}

TEST_F(CourierTest, EndsWhileItWaits) {
  start(file_);
  ASSERT_TRUE(run_until(loop_, [&] { return faults_.arrived >= 2; }));
  courier_->stop();
  EXPECT_TRUE(run_until(loop_, [&] { return ended_; }));
}

TEST_F(CourierTest, EndsWhileItReadsTheOutbox) {
  commit(1);
  const int before = faults_.arrived;
  faults_.waits = true;
  start(file_);
  ASSERT_TRUE(run_until(loop_, [&] { return faults_.arrived > before; }));
  courier_->stop();
  faults_.release();
  EXPECT_TRUE(run_until(loop_, [&] { return ended_; }));
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(outbox().events, 1u);
}

// Is writing until it is told to end, and ends with everything written, as a file's sink does.
class SlowSink : public Sink {
 public:
  explicit SlowSink(bool& writing) : writing_(writing) {}
  ~SlowSink() override {
    if (done_)
      done_({});
  }
  bool takes_batches() const override { return true; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry>) override {
    return await_callback<Delivery>([this](Callback<Delivery> done) {
      done_ = std::move(done);
      writing_ = true;
    });
  }

 private:
  bool& writing_;
  Callback<Delivery> done_;
};

// A long outbox would be read anew with each batch.
TEST_F(CourierTest, ReadsNothingBehindTheBatchThatIsUnderWay) {
  commit(10 * int(Courier::window));
  bool writing = false;
  start(std::make_unique<SlowSink>(writing));
  ASSERT_TRUE(run_until(loop_, [&] { return writing; }));
  for (int turns = 0; turns < 20; ++turns)
    EXPECT_EQ(outbox().events, 10 * Courier::window);
  EXPECT_EQ(faults_.outbox_reads, 1);
}

// What was taken is acknowledged. What the metrics said of the sink is gone by then, and doesn't
// come back.
TEST_F(CourierTest, EndsWhileTheSinkWrites) {
  commit(1);
  bool writing = false;
  start(std::make_unique<SlowSink>(writing));
  ASSERT_TRUE(run_until(loop_, [&] { return writing; }));
  courier_->stop();
  courier_->close();
  instruments_.keep_sinks({});
  ASSERT_TRUE(run_until(loop_, [&] { return ended_; }));
  EXPECT_EQ(outbox().events, 0u);
  for (const auto& family : instruments_.collect())
    for (const auto& metric : family.metric)
      for (const auto& label : metric.label)
        EXPECT_NE(label.value, "audit") << family.name;
}

TEST_F(CourierTest, EndsWithTheLoop) {
  commit(100);
  start(file_);
  loop_.poll();
  courier_->stop();
  courier_->close();
  ledger_.reset();
}

TEST_F(CourierTest, SaysThatTheLedgerCannotBeRead) {
  testing::internal::CaptureStderr();
  const Log log(LogLevel::info, LogFormat::logfmt);
  const auto courier = std::make_shared<Courier>(loop_.get_executor(), "audit",
                                                 std::make_unique<FileSink>(file_, log_), *ledger_,
                                                 instruments_, log);
  faults_.reads_fail = true;
  boost::asio::co_spawn(loop_, Courier::run(courier),
                        [this](std::exception_ptr) { ended_ = true; });
  ASSERT_TRUE(run_until(loop_, [&] { return instruments_.storage_up().Value() == 0; }));
  faults_.reads_fail = false;
  courier->wake();
  ASSERT_TRUE(run_until(loop_, [&] { return instruments_.storage_up().Value() == 1; }));
  courier->stop();
  ASSERT_TRUE(run_until(loop_, [&] { return ended_; }));
  courier->close();
  const std::string said = captured_log(log);
  const auto times = [&](const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = said.find(what); at != std::string::npos; at = said.find(what, at + 1))
      ++count;
    return count;
  };
  EXPECT_EQ(times(R"(msg="the storage fails; it is tried again" sink=audit to="read the outbox")"),
            1u)
      << said;
  EXPECT_EQ(times(R"(msg="the storage doesn't fail any more" sink=audit to="read the outbox")"), 1u)
      << said;
}

// An event that is damaged is left out, and those behind it come.
TEST_F(CourierTest, BringsWhatComesBehindADamagedEvent) {
  commit(5);
  sqlite::Connection(folder_.path() / "tenantscope.db", sqlite::Connection::Mode::read_write)
      .execute("UPDATE journal SET kind = 'chanfed' WHERE sequence = 2");
  start(file_);
  ASSERT_TRUE(run_until(loop_, [&] { return deliveries() == 4; }));
  ASSERT_TRUE(shown(0));
  EXPECT_EQ(sequences_in(file_), (std::vector<std::uint64_t>{1, 3, 4, 5}));
  commit(1);
  courier_->wake();
  ASSERT_TRUE(run_until(loop_, [&] { return deliveries() == 5; }));
}

}  // namespace
}  // namespace tenantscope
