#include "app/reload/file_looks.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

using Stamps = std::vector<FileStamp>;

Stamps list_of(std::int64_t size, std::uint64_t inode = 1) {
  return {{.path = "l.yaml", .device = 1, .inode = inode, .size = size}};
}

class FileLooksTest : public testing::Test {
 protected:
  FileLooksTest() { looks.taken(list_of(100)); }
  // How many looks it takes until the files are read.
  int looks_until_read(const Stamps& now) {
    for (int count = 1; count <= 100; ++count)
      if (looks.look(now))
        return count;
    return 0;
  }

  FileLooks looks;
};

TEST_F(FileLooksTest, ReadNothingThatHasNotChanged) {
  EXPECT_EQ(looks_until_read(list_of(100)), 0);
  EXPECT_EQ(looks.restless(), 0);
}

TEST_F(FileLooksTest, ReadAChangeOnceTwoLooksAgree) {
  EXPECT_EQ(looks_until_read(list_of(110)), 2);
  looks.taken(list_of(110));
  EXPECT_EQ(looks_until_read(list_of(110)), 0);
}

TEST_F(FileLooksTest, ReadNoListThatIsBeingWritten) {
  for (const std::int64_t written : {0, 20, 60, 90})
    EXPECT_FALSE(looks.look(list_of(written))) << written;
  EXPECT_EQ(looks.restless(), 4);
  EXPECT_EQ(looks_until_read(list_of(120)), 2);
}

TEST_F(FileLooksTest, ReadAFileThatWasReplacedAndOnesThatWent) {
  EXPECT_EQ(looks_until_read(list_of(100, 2)), 2);
  looks.taken(list_of(100, 2));
  EXPECT_EQ(looks_until_read({}), 2);
}

TEST_F(FileLooksTest, ReadNothingThatIsAsItWas) {
  EXPECT_FALSE(looks.look({}));
  EXPECT_EQ(looks_until_read(list_of(100)), 0) << "a folder that was away for a moment";
}

TEST_F(FileLooksTest, ReadAtTheNextLookWhatIsUndecided) {
  EXPECT_EQ(looks_until_read(list_of(1)), 2);
  looks.undecided();
  EXPECT_EQ(looks_until_read(list_of(1)), 1);
  looks.undecided();
  EXPECT_EQ(looks_until_read(list_of(2)), 2);
  looks.undecided();
  EXPECT_EQ(looks_until_read(list_of(100)), 2) << "as they were, which has to be said";
}

TEST_F(FileLooksTest, ReadWhatWasRefusedNowAndThen) {
  EXPECT_EQ(looks_until_read(list_of(1)), 2);
  looks.refused(list_of(1));
  EXPECT_EQ(looks_until_read(list_of(1)), 12);
  looks.refused(list_of(1));
  EXPECT_EQ(looks_until_read(list_of(1)), 12);
  EXPECT_EQ(looks_until_read(list_of(2)), 2) << "a change at once";
}

TEST_F(FileLooksTest, ReadNothingAgainThatAReloadHasRead) {
  EXPECT_FALSE(looks.look(list_of(110)));
  looks.taken(list_of(110));
  EXPECT_EQ(looks_until_read(list_of(110)), 0);
}

}  // namespace
}  // namespace tenantscope
