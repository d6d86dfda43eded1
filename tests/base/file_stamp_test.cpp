#include "base/file_stamp.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

class FileStampTest : public testing::Test {
 protected:
  void write(const char* name, const std::string& text, std::ios::openmode how = {}) const {
    std::ofstream(folder.path() / name, std::ios::binary | std::ios::out | how) << text;
  }
  FileStamp stamp() const { return stamp_of(folder.path() / "a"); }

  TemporaryFolder folder;
};

TEST_F(FileStampTest, TellsAFileThatGrowsGoesOrIsReplaced) {
  EXPECT_EQ(stamp(), FileStamp{folder.path() / "a"});
  write("a", "one");
  const FileStamp first = stamp();
  EXPECT_EQ(stamp(), first);
  write("a", " more", std::ios::app);
  const FileStamp grown = stamp();
  EXPECT_NE(grown, first);
  write("b", "one more");
  std::filesystem::rename(folder.path() / "b", folder.path() / "a");
  EXPECT_NE(stamp(), grown) << "of the same size";
  std::filesystem::remove(folder.path() / "a");
  EXPECT_EQ(stamp(), FileStamp{folder.path() / "a"});
}

TEST_F(FileStampTest, TellsATimeThatWasSetBack) {
  write("a", "one");
  const FileStamp before = stamp();
  const timespec times[]{{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (folder.path() / "a").c_str(), times, 0), 0);
  EXPECT_NE(stamp().modified, before.modified);
}

TEST_F(FileStampTest, StaysWhileAPipeIsReadAndWritten) {
  const std::string pipe = folder.path() / "a";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const FileStamp before = stamp();
  const int both = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  char byte = 'x';
  EXPECT_EQ(::write(both, &byte, 1), 1);
  EXPECT_EQ(::read(both, &byte, 1), 1);
  ::close(both);
  EXPECT_EQ(stamp(), before);
}

}  // namespace
}  // namespace tenantscope
