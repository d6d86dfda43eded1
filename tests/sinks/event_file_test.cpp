#include "sinks/event_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>
#include <string>
#include <vector>

#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using Batch = std::vector<JournalEntry>;
using Lines = std::vector<std::string>;
using Appended = EventFile::Appended;

constexpr std::size_t beyond_atomic = 10'000;  // bytes: a pipe may take a part of such a line

std::string text_of(std::uint64_t sequence, std::size_t size) {
  std::string text = std::to_string(sequence) + " ";
  text.resize(size, 'x');
  return text;
}

Batch batch(std::uint64_t first, std::uint64_t last, std::size_t size = 100) {
  Batch events;
  for (std::uint64_t sequence = first; sequence <= last; ++sequence)
    events.push_back({.sequence = sequence, .event = text_of(sequence, size)});
  return events;
}

Lines lines_of(const Batch& events) {
  Lines lines;
  for (const JournalEntry& event : events)
    lines.push_back(event.event);
  return lines;
}

// The reading end of a FIFO, which never waits.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : file_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  ~Reader() { ::close(file_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Takes what is there.
  void read() {
    std::array<char, 4096> piece{};
    for (ssize_t size = 0; (size = ::read(file_, piece.data(), piece.size())) > 0;)
      text_.append(piece.data(), std::size_t(size));
  }
  Lines lines() const {
    std::istringstream text(text_);
    Lines found;
    for (std::string line; std::getline(text, line);)
      found.push_back(line);
    return found;
  }

 private:
  int file_;
  std::string text_;
};

class EventStream : public testing::Test {
 protected:
  EventStream() {
    (void)std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  }
  std::unique_ptr<EventFile> open() const { return open_event_file(path_).value(); }
  // Brings the batch as the outbox does, again and again while the reader reads.
  static void bring(EventFile& file, Reader& reader, const Batch& events) {
    for (int tries = 0; file.append(events).value() != Appended::whole; ++tries) {
      ASSERT_LT(tries, 1000);
      ASSERT_FALSE(file.broken());
      reader.read();
    }
    reader.read();
  }

  TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "events";
};

TEST_F(EventStream, IsRefusedWithoutAReader) {
  const auto opened = open_event_file(path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::io);
  EXPECT_EQ(opened.error().detail, path_.string() +
                                       ": can't open it: it is a pipe that nobody reads, or a "
                                       "socket: No such device or address");
}

TEST_F(EventStream, TakesEachEventOnce) {
  Reader reader(path_);
  const auto file = open();
  ASSERT_TRUE(file->append(batch(1, 2)));
  ASSERT_TRUE(file->append(batch(3, 3)));
  reader.read();
  EXPECT_EQ(reader.lines(), lines_of(batch(1, 3)));
}

TEST_F(EventStream, TakesWhatHasRoomAndThenNothing) {
  const Reader reader(path_);
  const auto file = open();
  EXPECT_EQ(file->append(batch(1, 1000)).value(), Appended::part);
  EXPECT_EQ(file->append(batch(1, 1000)).value(), Appended::nothing);
  EXPECT_FALSE(file->broken());
}

TEST_F(EventStream, TakesEachEventOnceThoughItWasFull) {
  Reader reader(path_);
  const auto file = open();
  bring(*file, reader, batch(1, 2000));
  EXPECT_EQ(reader.lines(), lines_of(batch(1, 2000)));
}

TEST_F(EventStream, FinishesALineThatItHasBegun) {
  Reader reader(path_);
  const auto file = open();
  bring(*file, reader, batch(1, 50, beyond_atomic));
  EXPECT_EQ(reader.lines(), lines_of(batch(1, 50, beyond_atomic)));
  EXPECT_FALSE(file->within_line());
}

TEST_F(EventStream, TakesEachEventOnceThoughLaterBatchesAreSmaller) {
  Reader reader(path_);
  const auto file = open();
  ASSERT_EQ(file->append(batch(1, 20, beyond_atomic)).value(), Appended::part);  // six fit
  EXPECT_TRUE(file->within_line());
  reader.read();
  for (std::uint64_t sequence = 1; sequence <= 20; sequence += 2)
    bring(*file, reader, batch(sequence, sequence + 1, beyond_atomic));
  EXPECT_EQ(reader.lines(), lines_of(batch(1, 20, beyond_atomic)));
}

TEST_F(EventStream, BringsAgainWhatADepartedReaderMayNotHaveRead) {
  std::unique_ptr<EventFile> file;
  {
    const Reader departing(path_);
    file = open();
    ASSERT_EQ(file->append(batch(1, 1000)).value(), Appended::part);
  }
  ASSERT_FALSE(file->append(batch(1, 1000)));
  EXPECT_TRUE(file->broken());
  file.reset();

  Reader reader(path_);
  file = open();
  bring(*file, reader, batch(1, 1000));
  EXPECT_EQ(reader.lines(), lines_of(batch(1, 1000)));
}

TEST_F(EventStream, MayBeADescriptorOfThisProcess) {  // as /dev/stdout is
  Reader reader(path_);
  const int inherited = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  {
    const auto file = open_event_file(fmt::format("/proc/self/fd/{}", inherited)).value();
    ASSERT_TRUE(file->append(batch(1, 3)));
  }
  EXPECT_EQ(::fcntl(inherited, F_GETFL) & O_NONBLOCK, 0) << "it is not ours alone";
  ::close(inherited);
  reader.read();
  EXPECT_EQ(reader.lines(), lines_of(batch(1, 3)));
}

TEST(EventDevice, TakesEvents) {
  const auto file = open_event_file("/dev/null").value();
  EXPECT_TRUE(file->append(batch(1, 1000)));
  EXPECT_FALSE(file->broken());
}

TEST(EventDevice, SaysThatItIsFull) {
  const auto file = open_event_file("/dev/full").value();
  const auto full = file->append(batch(1, 1));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().detail, "/dev/full: can't write to it: No space left on device");
  EXPECT_TRUE(file->broken());
}

}  // namespace
}  // namespace tenantscope
