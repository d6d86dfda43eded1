#include "app/api/coded_blocks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

const SteadyTime start = SteadyTime(1h);
const std::string one(10'000, '1');
const std::string two(10'000, '2');

std::string bytes_of(CodedBlocks& blocks, const std::string& text, std::uint64_t place,
                     SteadyTime now = start) {
  return blocks.code({.text = text, .place = place}, now).deflated;
}

TEST(CodedBlocks, CompressOnlyWhatHasChanged) {
  CodedBlocks blocks;
  const std::string first = bytes_of(blocks, one, 7);
  EXPECT_EQ(blocks.compressions(), 1u);
  EXPECT_EQ(bytes_of(blocks, one, 7), first);
  EXPECT_EQ(blocks.compressions(), 1u);
  const std::string second = bytes_of(blocks, two, 7);
  EXPECT_NE(second, first);
  EXPECT_EQ(bytes_of(blocks, two, 7), second);
  EXPECT_EQ(blocks.compressions(), 2u);
  EXPECT_EQ(bytes_of(blocks, one, 8), first) << "another place";
  EXPECT_EQ(blocks.compressions(), 3u);
  EXPECT_EQ(blocks.bytes(), first.size() + second.size());
}

TEST(CodedBlocks, KeepNothingThatHasNoPlace) {
  CodedBlocks blocks;
  EXPECT_EQ(bytes_of(blocks, one, 0), bytes_of(blocks, one, 0));
  EXPECT_EQ(blocks.compressions(), 2u);
  EXPECT_EQ(blocks.bytes(), 0u);
}

TEST(CodedBlocks, DropWhatNobodyAsksFor) {
  CodedBlocks blocks;
  const std::size_t size = bytes_of(blocks, one, 1).size();
  bytes_of(blocks, two, 2);
  blocks.drop_unused(start);
  blocks.drop_unused(start + 9min);
  EXPECT_EQ(blocks.bytes(), 2 * size);
  bytes_of(blocks, one, 1, start + 9min);
  blocks.drop_unused(start + 11min);
  EXPECT_EQ(blocks.bytes(), size);
  bytes_of(blocks, one, 1, start + 11min);
  EXPECT_EQ(blocks.compressions(), 2u);
  blocks.drop_unused(start + 22min);
  EXPECT_EQ(blocks.bytes(), 0u);
}

TEST(CodedBlocks, KeepNoMoreThanTheyMay) {
  CodedBlocks blocks(100);
  for (std::uint64_t place = 1; place < 100; ++place)
    EXPECT_FALSE(bytes_of(blocks, one, place).empty());
  EXPECT_GT(blocks.bytes(), 0u);
  EXPECT_LE(blocks.bytes(), 100u);
}

TEST(CodedBlocks, TakeTheRoomOfWhatTheyReplace) {
  CodedBlocks unlimited, blocks(bytes_of(unlimited, one, 1).size());
  bytes_of(blocks, one, 1);
  bytes_of(blocks, two, 1);
  bytes_of(blocks, two, 1);
  EXPECT_EQ(blocks.compressions(), 2u);
}

}  // namespace
}  // namespace tenantscope
