#include "base/log_queue.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace tenantscope {
namespace {

constexpr Duration long_enough = std::chrono::seconds(30);

std::string notice(std::uint64_t lines) { return "dropped " + std::to_string(lines) + "\n"; }

std::string line(int number) {
  return "line " + std::to_string(number) + " " + std::string(200, 'x') + "\n";
}

class LogQueueTest : public testing::Test {
 protected:
  LogQueueTest() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~LogQueueTest() override {
    while (queue_ && ends_[0] >= 0 && !queue_->flush(Duration(10)))
      read_some();  // else its thread would be left behind with the pipe
    queue_.reset();
    close_reader();
    ::close(ends_[1]);
  }
  void close_reader() {
    if (ends_[0] >= 0)
      ::close(ends_[0]);
    ends_[0] = -1;
  }
  std::string read_some() {
    std::string piece(4096, '\0');
    const ssize_t size = ::read(ends_[0], piece.data(), piece.size());
    EXPECT_GT(size, 0);
    piece.resize(std::size_t(std::max<ssize_t>(size, 0)));
    return piece;
  }
  // What was written: the first words of each line, up to a whole line that begins with `last`.
  std::vector<std::string> read_until(const std::string& last) {
    std::string text = "\n";
    std::size_t found = text.npos;
    while (found == text.npos || text.find('\n', found + 1) == text.npos) {
      text += read_some();
      found = text.find("\n" + last);
    }
    text.erase(0, 1);
    std::vector<std::string> heads;
    std::istringstream lines(text);
    for (std::string head; std::getline(lines, head);)
      heads.push_back(head.substr(0, head.find(" x")));
    return heads;
  }

  std::array<int, 2> ends_{-1, -1};
  std::optional<LogQueue> queue_;
};

TEST_F(LogQueueTest, WritesLinesInTheirOrder) {
  queue_.emplace(ends_[1], notice);
  queue_->add("one\n");
  queue_->add("two\n");
  queue_->add("three\n");
  EXPECT_EQ(read_until("three"), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(queue_->dropped(), 0u);
}

TEST_F(LogQueueTest, DropsWhatDoesNotFitAndSaysSoWhereItIsMissing) {
  queue_.emplace(ends_[1], notice);
  int added = 0;
  while (queue_->dropped() < 10 && added < 100'000)
    queue_->add(line(++added));
  ASSERT_EQ(queue_->dropped(), 10u);

  const std::vector<std::string> written = read_until("dropped");
  ASSERT_EQ(written.size(), std::size_t(added - 10 + 1));
  for (int i = 0; i < added - 10; ++i)
    ASSERT_EQ(written[std::size_t(i)], "line " + std::to_string(i + 1));
  EXPECT_EQ(written.back(), "dropped 10");

  queue_->add("there is room\n");
  EXPECT_EQ(read_until("there"), std::vector<std::string>{"there is room"});
  EXPECT_EQ(queue_->dropped(), 10u);
}

TEST_F(LogQueueTest, DropsALineThatNeverFitsAndNoOther) {
  queue_.emplace(ends_[1], notice);
  queue_->add(std::string(LogQueue::capacity, 'x') + "\n");
  EXPECT_EQ(read_until("dropped"), std::vector<std::string>{"dropped 1"});
  queue_->add("there is room\n");
  EXPECT_EQ(read_until("there"), std::vector<std::string>{"there is room"});
  EXPECT_EQ(queue_->dropped(), 1u);
}

TEST_F(LogQueueTest, HoldsNoMoreThanItsCapacity) {
  queue_.emplace(ends_[1], notice);
  std::size_t bytes = 0;
  for (int i = 0; queue_->dropped() == 0; ++i) {
    bytes += line(i).size();
    queue_->add(line(i));
  }
  // As much waits, as much is being written, and a pipe holds 64 KiB.
  EXPECT_LE(bytes, 2 * LogQueue::capacity + 65 * kib);
}

TEST_F(LogQueueTest, EndsThoughNobodyReads) {
  queue_.emplace(ends_[1], notice);
  for (int i = 0; queue_->dropped() == 0; ++i)
    queue_->add(line(i));
  EXPECT_FALSE(queue_->flush(Duration(1)));
  queue_.reset();
  EXPECT_EQ(read_until("dropped").back(), "dropped 1") << "its thread ends when it is read";
}

TEST_F(LogQueueTest, WritesWhatIsQueuedBeforeItEnds) {
  queue_.emplace(ends_[1], notice);
  for (int i = 1; i <= 100; ++i)
    queue_->add(line(i));
  queue_.reset();
  EXPECT_EQ(read_until("line 100").size(), 100u);
}

TEST_F(LogQueueTest, CountsWhatCanNotBeWritten) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  close_reader();
  queue_.emplace(ends_[1], notice);
  queue_->add("one\n");
  queue_->add("two\n");
  ASSERT_TRUE(queue_->flush(long_enough));
  EXPECT_EQ(queue_->dropped(), 2u);
}

TEST_F(LogQueueTest, WaitsForRoomInADescriptorThatDoesNotBlock) {
  ASSERT_EQ(::fcntl(ends_[1], F_SETFL, O_NONBLOCK), 0);
  queue_.emplace(ends_[1], notice);
  for (int i = 1; i <= 1000; ++i)  // 200 KB, in a pipe of 64
    queue_->add(line(i));
  EXPECT_EQ(read_until("line 1000").size(), 1000u);
  EXPECT_EQ(queue_->dropped(), 0u);
}

}  // namespace
}  // namespace tenantscope
