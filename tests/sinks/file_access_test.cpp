// Who may read a file sink's file. As root the tests give up root's right over files.
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>

#include "sinks/file_sink.hpp"
#include "support/captured_log.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"

namespace {
mode_t mode_while_given = 0;  // of the file that was given to a group last
}

// Instead of the C library's.
extern "C" int fchown(int file, uid_t owner, gid_t group) noexcept {
  struct stat status {};
  ::fstat(file, &status);
  mode_while_given = status.st_mode & 07777;
  return int(::syscall(SYS_fchown, file, owner, group));
}

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr const char* other_group = "daemon";  // is in Debian's base, and nobody is in it
constexpr gid_t other_number = 1;
constexpr uid_t nobody = 65534;

// Files that this thread makes are nobody's, and so are those of threads that it starts.
class WithoutRoot {
 public:
  WithoutRoot() { ::setfsuid(nobody); }
  ~WithoutRoot() { ::setfsuid(::geteuid()); }
  WithoutRoot(const WithoutRoot&) = delete;
  WithoutRoot& operator=(const WithoutRoot&) = delete;
};

class FileAccessTest : public ::testing::Test {
 protected:
  FileAccessTest() { ::umask(0077); }
  ~FileAccessTest() override { ::umask(umask_); }

  // What is logged while an event is delivered.
  std::string log_of(FileSink& sink) {
    testing::internal::CaptureStderr();
    EXPECT_TRUE(run(loop_, sink.deliver({{.sequence = ++sequence_, .event = "{}"}})));
    return captured_log(log_);
  }
  static struct stat status_of(const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status;
  }
  mode_t mode() const { return status_of(path_).st_mode & 07777; }
  gid_t group() const { return status_of(path_).st_gid; }
  // One that this process may give files to.
  static gid_t possible_group() { return ::geteuid() == 0 ? other_number : ::getegid(); }

  const mode_t umask_ = ::umask(0077);
  boost::asio::io_context loop_;
  const Log log_{LogLevel::info, LogFormat::logfmt};
  TemporaryFolder folder_;
  const fs::path path_ = folder_.path() / "events.jsonl";
  std::uint64_t sequence_ = 0;
};

TEST_F(FileAccessTest, IsGivenToANewFileWhateverTheUmask) {
  FileSink sink(path_, log_, {.mode = 0644, .group = std::to_string(possible_group())});
  EXPECT_EQ(log_of(sink), "");
  EXPECT_EQ(mode(), 0644u);
  EXPECT_EQ(group(), possible_group());
}

TEST_F(FileAccessTest, IsGivenToAFileThatIsThere) {
  std::ofstream(path_) << "{}\n";
  ASSERT_EQ(::chmod(path_.c_str(), 0666), 0);
  FileSink sink(path_, log_, {.mode = 0640, .group = std::to_string(possible_group())});
  EXPECT_EQ(log_of(sink), "");
  EXPECT_EQ(mode(), 0640u);
  EXPECT_EQ(group(), possible_group());
}

// What one group may read, the other may not, before or after.
TEST_F(FileAccessTest, IsNoGroupsWhileTheGroupChanges) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can give a file to any group";
  for (const auto& mode_wanted : {std::optional<mode_t>(0664), std::optional<mode_t>()}) {
    fs::remove(path_);
    std::ofstream(path_) << "{}\n";
    ASSERT_EQ(::chmod(path_.c_str(), 0660), 0);
    FileSink sink(path_, log_, {.mode = mode_wanted, .group = other_group});
    EXPECT_EQ(log_of(sink), "");
    EXPECT_EQ(mode_while_given & S_IRWXG, 0u);
    EXPECT_EQ(mode(), mode_wanted.value_or(0660));
    EXPECT_EQ(group(), other_number);
  }
}

TEST_F(FileAccessTest, IsGivenAgainAfterARotation) {
  FileSink sink(path_, log_, {.mode = 0640, .group = std::to_string(possible_group())});
  EXPECT_EQ(log_of(sink), "");
  fs::rename(path_, folder_.path() / "events.jsonl.1");
  sink.reopen();
  EXPECT_EQ(log_of(sink), "");
  EXPECT_EQ(mode(), 0640u);
  EXPECT_EQ(group(), possible_group());
}

TEST_F(FileAccessTest, IsLeftAsItIsWhereNothingIsSaid) {
  std::ofstream(path_) << "{}\n";
  ASSERT_EQ(::chmod(path_.c_str(), 0666), 0);
  FileSink sink(path_, log_);
  EXPECT_EQ(log_of(sink), "");
  EXPECT_EQ(mode(), 0666u);
}

TEST_F(FileAccessTest, WithoutAGroupOfThatNameIsNoGroups) {
  FileSink sink(path_, log_, {.mode = 0640, .group = "no-such-group"});
  EXPECT_EQ(log_of(sink).substr(sizeof "ts=2026-11-30T00:00:00.000Z"),
            "level=warn msg=\"event file isn't for whom it should be\" err=\"" + path_.string() +
                ": can't give it to the group `no-such-group`: there is none\"\n");
  EXPECT_EQ(mode(), 0600u) << "the group that it has isn't the one that may read it";
  EXPECT_EQ(fs::file_size(path_), 3u) << "events are written all the same";
}

TEST_F(FileAccessTest, WithoutTheRightToGiveItIsNoGroups) {
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
  const WithoutRoot right;
  FileSink sink(path_, log_, {.mode = 0660, .group = other_group});
  const std::string log = log_of(sink);
  EXPECT_NE(log.find("can't give it to the group `daemon`: Operation not permitted: let this "
                     "user be one of it"),
            std::string::npos)
      << log;
  EXPECT_EQ(mode(), 0600u);
  EXPECT_EQ(fs::file_size(path_), 3u);
  EXPECT_EQ(log_of(sink), "") << "once for each time that it is opened";
}

TEST_F(FileAccessTest, OfAnothersFileStaysAndIsToldOfWhereItIsWrong) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can make another's file";
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
  std::ofstream(path_) << "";
  ASSERT_EQ(::chmod(path_.c_str(), 0666), 0);
  const WithoutRoot right;
  FileSink sink(path_, log_, {.mode = 0640, .group = {}});
  const std::string log = log_of(sink);
  EXPECT_NE(log.find("can't give it the mode 0640: Operation not permitted"), std::string::npos)
      << log;
  EXPECT_EQ(mode(), 0666u);
  FileSink as_it_is(path_, log_, {.mode = 0666, .group = {}});
  EXPECT_EQ(log_of(as_it_is), "");
}

// A moment's right would be enough to open it.
TEST_F(FileAccessTest, OfANewFileIsNobodysBeforeItIsGiven) {
  ::umask(0);
  const auto file = open_event_file(path_, {.mode = 0664, .group = other_group});
  EXPECT_EQ(mode(), 0600u);
}

TEST_F(FileAccessTest, OfAPipeStaysAsItIs) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  std::fstream reader(path_, std::ios::in | std::ios::out);
  FileSink sink(path_, log_, {.mode = 0640, .group = "no-such-group"});
  EXPECT_EQ(log_of(sink), "");
  EXPECT_EQ(mode(), 0600u);
}

}  // namespace
}  // namespace tenantscope
