// When a daemon is the active one of a shared ledger, by what its server says; which a test says
// here.
#include "app/replica/membership.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "support/printing.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Seen = Membership::Seen;

// Each question waits for the test's answer, until the server is closed.
class ScriptedServer {
 public:
  Membership::Member member() {
    return {.beat = [this](bool wanted, const ReplicaWord& word) { return beat(wanted, word); },
            .leave =
                [this] {
                  const std::lock_guard lock(mutex_);
                  ++left_;
                }};
  }
  // Gives the answer to the question that waits, and waits for the next one: the answer has been
  // taken by then.
  void answer(Result<Seen> answer) {
    std::unique_lock lock(mutex_);
    const std::size_t before = questions_.size();
    answers_.push_back(std::move(answer));
    changed_.notify_all();
    if (!changed_.wait_for(lock, 1min, [&] { return questions_.size() > before; }))
      throw std::runtime_error("it isn't asked any more");
  }
  void answer_last(Result<Seen> answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
    changed_.notify_all();
  }
  void await_questions(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 1min, [&] { return questions_.size() >= count; }))
      throw std::runtime_error("it isn't asked");
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  struct Question {
    bool wanted;
    ReplicaWord word;
    std::chrono::nanoseconds at;
  };
  std::vector<Question> questions() const {
    const std::lock_guard lock(mutex_);
    return questions_;
  }
  int left() const {
    const std::lock_guard lock(mutex_);
    return left_;
  }

 private:
  Result<Seen> beat(bool wanted, const ReplicaWord& word) {
    std::unique_lock lock(mutex_);
    EXPECT_EQ(left_, 0);
    questions_.push_back({wanted, word, boot_now()});
    changed_.notify_all();
    changed_.wait(lock, [this] { return closed_ || !answers_.empty(); });
    EXPECT_EQ(left_, 0) << "it was left while a question was under way";
    if (closed_)
      return Error{ErrorKind::io, "closed"};
    Result<Seen> answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Result<Seen>> answers_;  // guarded by mutex_, as are all below
  std::vector<Question> questions_;
  int left_ = 0;
  bool closed_ = false;
};

class MembershipTest : public ::testing::Test {
 protected:
  MembershipTest() : MembershipTest({.lease = 4ms, .look = 1ms}) {}
  explicit MembershipTest(Membership::Pace pace)
      : pace_(pace), membership_(server_.member(), pace) {
    server_.await_questions(1);
  }
  ~MembershipTest() override { leave(); }

  void leave() {
    server_.close();
    membership_.leave();
  }
  void listen() {
    membership_.listen({.answers =
                            [this](std::chrono::nanoseconds until, bool news) {
                              tell(news ? "answers again" : "answers");
                              const std::lock_guard lock(mutex_);
                              until_ = until;
                            },
                        .silent = [this](const Error& why) { tell("silent: " + why.detail); },
                        .over = [this](const Error& why) { tell("over: " + why.detail); }});
  }
  // Since it was asked last.
  std::vector<std::string> told() {
    const std::lock_guard lock(mutex_);
    return std::exchange(told_, {});
  }
  std::vector<std::string> told_in_the_end() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(
        lock, 1min, [this] { return !told_.empty() && told_.back().starts_with("over"); }));
    return std::exchange(told_, {});
  }
  std::chrono::nanoseconds until() {
    const std::lock_guard lock(mutex_);
    return until_;
  }
  void become_active() {
    server_.answer(Seen{.term = 4, .mine = true, .name = "north", .url = {}});
    ASSERT_EQ(membership_.active_within({}).value(), 4u);
  }

  using Told = std::vector<std::string>;
  const Membership::Pace pace_;
  const Seen north_{.term = 4, .mine = true, .name = "north", .url = {}};
  const Seen south_{.term = 3, .mine = false, .name = "south", .url = "http://south.example"};
  const Seen outdated_{
      .term = 4, .name = "south", .url = {}, .outdated = "install the newer release"};
  const Error silence_{ErrorKind::io, "no answer"};
  ScriptedServer server_;
  Membership membership_;

 private:
  void tell(std::string what) {
    const std::lock_guard lock(mutex_);
    told_.push_back(std::move(what));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Told told_;  // guarded by mutex_, as is the next
  std::chrono::nanoseconds until_{};
};

TEST_F(MembershipTest, WaitsForItsTurn) {
  server_.answer(south_);
  EXPECT_EQ(membership_.active_within({}).value(), std::nullopt);
  EXPECT_EQ(membership_.seen().name, "south");
  EXPECT_EQ(membership_.seen().url, "http://south.example");
  server_.answer(Seen{.term = 3, .mine = false, .name = {}, .url = {}});
  EXPECT_EQ(membership_.active_within({}).value(), std::nullopt) << "somebody else may be faster";
  server_.answer_last(north_);
  EXPECT_EQ(membership_.active_within(1min).value(), 4u);
  EXPECT_TRUE(membership_.seen().mine);
  server_.answer(north_);
  const auto questions = server_.questions();
  for (std::size_t i = 0; i < questions.size(); ++i)
    EXPECT_EQ(questions[i].wanted, i < 3) << i;
}

TEST_F(MembershipTest, StaysActiveWhileItsServerAnswers) {
  const std::chrono::nanoseconds begin = boot_now();
  become_active();
  listen();
  EXPECT_EQ(told(), Told{"answers again"}) << "it had answered before anybody listened";
  for (int times = 0; times < 3; ++times) {
    const std::chrono::nanoseconds asked = server_.questions().back().at;
    server_.answer(north_);
    EXPECT_EQ(told(), Told{"answers"});
    EXPECT_LE(until(), asked + pace_.lease) << "it counts from when it was asked";
    EXPECT_GE(until(), begin);
  }
  EXPECT_EQ(membership_.active_within({}).value(), 4u);
}

TEST_F(MembershipTest, TellsOnceThatItsServerIsSilentAndThatItAnswers) {
  become_active();
  listen();
  told();
  for (int times = 0; times < 3; ++times)
    server_.answer(silence_);
  EXPECT_EQ(told(), Told{"silent: no answer"});
  const auto active = membership_.active_within({});
  ASSERT_FALSE(active);
  EXPECT_EQ(active.error().kind, ErrorKind::io);
  server_.answer(north_);
  server_.answer(north_);
  EXPECT_EQ(told(), (Told{"answers again", "answers"}));
  server_.answer(silence_);
  EXPECT_EQ(told(), Told{"silent: no answer"});
}

TEST_F(MembershipTest, IsSilentBeforeItsTurnAndGetsItAllTheSame) {
  listen();
  server_.answer(silence_);
  const auto active = membership_.active_within({});
  ASSERT_FALSE(active);
  EXPECT_EQ(active.error().detail, "no answer");
  EXPECT_EQ(told(), Told{});
  server_.answer(south_);
  EXPECT_EQ(membership_.active_within({}).value(), std::nullopt);
  EXPECT_EQ(told(), Told{}) << "nor is it anybody's business that others are active";
  become_active();
  EXPECT_EQ(told(), Told{"answers again"});
}

TEST_F(MembershipTest, IsOverOnceAnotherHasTakenOver) {
  become_active();
  listen();
  told();
  server_.answer_last(Seen{.term = 5, .mine = false, .name = "south", .url = {}});
  EXPECT_EQ(told_in_the_end(), Told{"over: term 4 is over: `south` has taken over"});
  const auto active = membership_.active_within({});
  ASSERT_FALSE(active);
  EXPECT_EQ(active.error().kind, ErrorKind::conflict);
  const std::size_t questions = server_.questions().size();
  membership_.leave();
  EXPECT_EQ(server_.questions().size(), questions) << "it isn't asked any more";
  EXPECT_EQ(server_.left(), 1);
}

// Somebody had it between, so what is known of the ledger is old.
TEST_F(MembershipTest, IsOverInAnotherTermOfItsOwn) {
  become_active();
  listen();
  told();
  server_.answer_last(Seen{.term = 6, .mine = true, .name = "north", .url = {}});
  EXPECT_EQ(told_in_the_end(), Told{"over: term 4 is over: `north` has taken over"});
}

TEST_F(MembershipTest, IsOverOnceItIsOutdated) {
  become_active();
  listen();
  told();
  server_.answer_last(outdated_);
  EXPECT_EQ(told_in_the_end(), Told{"over: install the newer release"});
  membership_.leave();
  EXPECT_EQ(server_.left(), 1);
}

TEST_F(MembershipTest, WaitsOnThoughItIsOutdated) {
  server_.answer(outdated_);
  server_.answer(outdated_);
  EXPECT_EQ(membership_.active_within({}).value(), std::nullopt);
  EXPECT_EQ(membership_.seen().outdated, "install the newer release");
  EXPECT_EQ(membership_.seen().name, "south");
}

TEST_F(MembershipTest, CannotBeWhereWaitingDoesNotHelp) {
  listen();
  server_.answer_last(Error{ErrorKind::other, "another replica is named `north`"});
  const auto active = membership_.active_within(1min);
  ASSERT_FALSE(active);
  EXPECT_EQ(active.error().kind, ErrorKind::other);
  EXPECT_EQ(told_in_the_end(), Told{"over: another replica is named `north`"});
}

TEST_F(MembershipTest, TellsWhoListensLaterThatItIsOver) {
  server_.answer_last(Error{ErrorKind::other, "another replica is named `north`"});
  ASSERT_FALSE(membership_.active_within(1min));
  listen();
  EXPECT_EQ(told(), Told{"over: another replica is named `north`"}) << "at once";
}

TEST_F(MembershipTest, SaysWhatItIsAndHowFarItFollows) {
  const auto word = [this] { return server_.questions().back().word; };
  EXPECT_EQ(word().state, ReplicaState::joining);
  server_.answer(south_);
  EXPECT_EQ(word().state, ReplicaState::joining);
  membership_.follows(7);
  server_.answer(south_);
  EXPECT_EQ(word().state, ReplicaState::standby);
  EXPECT_EQ(word().sequence, 7u);
  become_active();
  EXPECT_EQ(word().state, ReplicaState::active);
  EXPECT_EQ(word().config, "") << "as when it joined";
}

// A test's lease would be over long before.
class PatientMembership : public MembershipTest {
 protected:
  PatientMembership() : MembershipTest({.lease = std::chrono::hours(1), .look = 1ms}) {
    become_active_last();
  }
  void become_active_last() {
    server_.answer_last(north_);
    EXPECT_EQ(membership_.active_within(1min).value(), 4u);
  }
  // The next question comes at once.
  ReplicaWord await_word(std::size_t asked_before) {
    server_.await_questions(asked_before + 1);
    return server_.questions().back().word;
  }
};

TEST_F(PatientMembership, TellsAtOnceThatItIsConfiguredAnew) {
  membership_.configured("digest");
  const ReplicaWord word = await_word(1);
  EXPECT_EQ(word.config, "digest");
  EXPECT_EQ(word.state, ReplicaState::active);
}

TEST_F(PatientMembership, TellsAtOnceThatItIsAboutToEnd) {
  membership_.drain();
  EXPECT_EQ(await_word(1).state, ReplicaState::draining);
  EXPECT_FALSE(server_.questions().back().wanted) << "it goes on in its term";
}

TEST_F(MembershipTest, TellsNothingOnceItIsHushed) {
  become_active();
  listen();
  told();
  membership_.hush();
  server_.answer(silence_);
  server_.answer(north_);
  server_.answer_last(Seen{.term = 5, .mine = false, .name = "south", .url = {}});
  leave();
  EXPECT_EQ(told(), Told{});
}

TEST_F(MembershipTest, LeavesOnce) {
  become_active();
  EXPECT_EQ(server_.left(), 0);
  leave();
  EXPECT_EQ(server_.left(), 1);
  leave();
  EXPECT_EQ(server_.left(), 1);
}

TEST_F(MembershipTest, LeavesThoughItWasNeverActive) {
  server_.answer(south_);
  leave();
  EXPECT_EQ(server_.left(), 1);
}

}  // namespace
}  // namespace tenantscope
