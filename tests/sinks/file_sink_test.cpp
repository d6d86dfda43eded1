#include "sinks/file_sink.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>

#include "support/captured_log.hpp"
#include "support/event_loop.hpp"
#include "support/full_disk.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<JournalEntry> events(const std::vector<std::string>& texts) {
  std::vector<JournalEntry> entries;
  entries.reserve(texts.size());
  for (const std::string& text : texts)
    entries.push_back({.sequence = entries.size() + 1, .event = text});
  return entries;
}

class FileSinkTest : public ::testing::Test {
 protected:
  Delivery deliver(Sink& sink, const std::vector<std::string>& texts) {
    return run(loop_, sink.deliver(events(texts)));
  }

  boost::asio::io_context loop_;
  const Log log_{LogLevel::info, LogFormat::logfmt};
  TemporaryFolder folder_;
  const fs::path path_ = folder_.path() / "events.jsonl";
};

TEST_F(FileSinkTest, AppendsALinePerEventInOrder) {
  FileSink sink(path_, log_);
  ASSERT_TRUE(deliver(sink, {R"({"a":1})", R"({"a":2})"}));
  EXPECT_EQ(content(path_), "{\"a\":1}\n{\"a\":2}\n");
  ASSERT_TRUE(deliver(sink, {R"({"a":3})"}));
  ASSERT_TRUE(deliver(sink, {}));
  EXPECT_EQ(content(path_), "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
}

TEST_F(FileSinkTest, TakesBatchesAndShowsNoAlerts) {
  const FileSink sink(path_, log_);
  EXPECT_TRUE(sink.takes_batches());
  EXPECT_EQ(sink.hold(), std::nullopt);
}

TEST_F(FileSinkTest, KeepsWhatIsThere) {
  std::ofstream(path_) << "{\"old\":1}\n";
  FileSink sink(path_, log_);
  ASSERT_TRUE(deliver(sink, {"{}"}));
  EXPECT_EQ(content(path_), "{\"old\":1}\n{}\n");
}

TEST_F(FileSinkTest, BeginsALineOfItsOwnAfterATornOne) {
  std::ofstream(path_) << "{\"old\":1}\n{\"ol";
  FileSink sink(path_, log_);
  ASSERT_TRUE(deliver(sink, {"{}"}));
  ASSERT_TRUE(deliver(sink, {"{}"}));
  EXPECT_EQ(content(path_), "{\"old\":1}\n{\"ol\n{}\n{}\n");
}

TEST_F(FileSinkTest, LetsNobodyElseRead) {
  FileSink sink(path_, log_);
  ASSERT_TRUE(deliver(sink, {"{}"}));
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & S_IRWXO, 0u);
}

TEST_F(FileSinkTest, FollowsARotationWhenItIsToldOf) {
  FileSink sink(path_, log_);
  ASSERT_TRUE(deliver(sink, {"1"}));
  const fs::path rotated = folder_.path() / "events.jsonl.1";
  fs::rename(path_, rotated);
  sink.reopen();
  testing::internal::CaptureStderr();
  ASSERT_TRUE(deliver(sink, {"2"}));
  EXPECT_EQ(captured_log(log_), "") << "that is what was asked for";
  EXPECT_EQ(content(rotated), "1\n");
  EXPECT_EQ(content(path_), "2\n");
}

// Nobody finds what is written into a file that isn't there any more.
TEST_F(FileSinkTest, OpensAnewWhatWasMovedOrRemovedWithoutAWord) {
  const fs::path rotated = folder_.path() / "events.jsonl.1";
  const std::vector<std::function<void()>> ways{[&] { fs::rename(path_, rotated); },
                                                [&] { fs::remove(path_); },
                                                [&] {
                                                  std::ofstream(rotated) << "other\n";
                                                  fs::rename(rotated, path_);
                                                }};
  const std::vector<std::string> found{"2\n", "2\n", "other\n2\n"};
  for (std::size_t way = 0; way < ways.size(); ++way) {
    SCOPED_TRACE(way);
    fs::remove(path_);
    FileSink sink(path_, log_);
    ASSERT_TRUE(deliver(sink, {"1"}));
    ways[way]();
    testing::internal::CaptureStderr();
    ASSERT_TRUE(deliver(sink, {"2"}));
    ASSERT_TRUE(deliver(sink, {"3"}));
    const std::string log = captured_log(log_);
    EXPECT_EQ(content(path_), found[way] + "3\n");
    EXPECT_NE(
        log.find("level=warn msg=\"event file was moved or removed: it is opened anew\" file=" +
                 path_.string() + "\n"),
        std::string::npos)
        << log;
    EXPECT_EQ(std::ranges::count(log, '\n'), 1) << log;
  }
}

TEST_F(FileSinkTest, RefusesWhileTheFolderOfItsFileIsElsewhere) {
  const fs::path folder = folder_.path() / "folder", elsewhere = folder_.path() / "elsewhere";
  fs::create_directory(folder);
  FileSink sink(folder / "events.jsonl", log_);
  ASSERT_TRUE(deliver(sink, {"1"}));
  fs::rename(folder, elsewhere);
  EXPECT_EQ(deliver(sink, {"2"}).error().error.kind, ErrorKind::io);
  EXPECT_EQ(content(elsewhere / "events.jsonl"), "1\n");
  fs::rename(elsewhere, folder);
  ASSERT_TRUE(deliver(sink, {"2"}));
  EXPECT_EQ(content(folder / "events.jsonl"), "1\n2\n");
}

// A link into /proc, as /dev/stdout is, leads to what is open, removed or not.
TEST_F(FileSinkTest, GoesOnInADescriptorOfThisProcess) {
  const int inherited = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const fs::path link = folder_.path() / "stdout";
  fs::create_symlink("/proc/self/fd/" + std::to_string(inherited), link);
  FileSink sink(link, log_);
  ASSERT_TRUE(deliver(sink, {"1"}));
  fs::remove(path_);
  testing::internal::CaptureStderr();
  ASSERT_TRUE(deliver(sink, {"2"}));
  EXPECT_EQ(captured_log(log_), "");
  std::array<char, 10> text{};
  EXPECT_EQ(::pread(inherited, text.data(), text.size(), 0), 4);
  EXPECT_EQ(std::string(text.data()), "1\n2\n");
  ::close(inherited);
}

TEST_F(FileSinkTest, SaysWhatIsWrongAndRecovers) {
  const fs::path inside = folder_.path() / "missing" / "events.jsonl";
  FileSink sink(inside, log_);
  const auto refused = deliver(sink, {"1"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::io);
  EXPECT_EQ(refused.error().advice, Refusal::Advice::soon);
  EXPECT_EQ(refused.error().error.detail,
            inside.string() + ": can't open it for appending: No such file or directory");

  fs::create_directory(inside.parent_path());
  ASSERT_TRUE(deliver(sink, {"1"}));
  EXPECT_EQ(content(inside), "1\n");
}

TEST_F(FileSinkTest, RefusesWhatIsNoFile) {
  fs::create_directory(path_);
  FileSink sink(path_, log_);
  EXPECT_EQ(deliver(sink, {"1"}).error().error.kind, ErrorKind::io);
}

TEST_F(FileSinkTest, WritesOnceItsFolderIsThere) {
  const fs::path folder = folder_.path() / "later";
  FileSink sink(folder / "events.jsonl", log_);
  EXPECT_EQ(deliver(sink, {"1"}).error().error.kind, ErrorKind::io);
  fs::create_directory(folder);
  EXPECT_TRUE(deliver(sink, {"1"}));
}

// A full disk, played by a limit on files' sizes.
TEST_F(FileSinkTest, LeavesNoPieceOnAFullDisk) {
  const std::string small(60, 'a'), large(100, 'b');
  FileSink sink(path_, log_);
  ASSERT_TRUE(deliver(sink, {small}));
  const auto refused = [&] {
    const FullDisk limited(128);
    return deliver(sink, {large});
  }();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::io);
  EXPECT_EQ(content(path_), small + "\n");
  EXPECT_TRUE(deliver(sink, {large}));
  EXPECT_EQ(content(path_), small + "\n" + large + "\n");
}

TEST_F(FileSinkTest, SaysThatTheReaderOfAPipeIsBehind) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const int reader = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  FileSink sink(path_, log_);
  const auto refused = deliver(sink, {std::string(100'000, 'x')});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::io);
  EXPECT_EQ(refused.error().advice, Refusal::Advice::soon);
  EXPECT_EQ(refused.error().error.detail,
            path_.string() + ": it is full, as its reader is behind or has stopped reading");
  ::close(reader);
}

TEST_F(FileSinkTest, WaitsForTheReaderOfAPipe) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const int reader = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  FileSink sink(path_, log_);
  std::optional<Delivery> delivered;
  boost::asio::co_spawn(loop_, sink.deliver(events({std::string(1'000'000, 'x')})),
                        [&](std::exception_ptr, Delivery came) { delivered = came; });
  std::size_t size = 0;
  ASSERT_TRUE(run_until(loop_, [&] {
    std::array<char, 10'000> piece{};
    size += std::size_t(std::max<ssize_t>(0, ::read(reader, piece.data(), piece.size())));
    return delivered.has_value();
  }));
  EXPECT_TRUE(*delivered);
  std::array<char, 10'000> piece{};
  for (ssize_t rest = 0; (rest = ::read(reader, piece.data(), piece.size())) > 0;)
    size += std::size_t(rest);
  EXPECT_EQ(size, 1'000'001u);
  ::close(reader);
}

TEST_F(FileSinkTest, EndsWithADeliveryUnderWay) {
  bool resumed = false;
  {
    FileSink sink(path_, log_);
    boost::asio::co_spawn(loop_, sink.deliver(events({"1"})),
                          [&](std::exception_ptr, Delivery) { resumed = true; });
    loop_.poll_one();
  }
  EXPECT_EQ(content(path_), "1\n");
  EXPECT_TRUE(run_until(loop_, [&] { return resumed; }));
}

}  // namespace
}  // namespace tenantscope
