#include "base/word.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tenantscope {
namespace {

const std::string longer_than_a_pointer = "a text that no std::string holds within itself";

TEST(Word, IsATextThatCanBeCompared) {
  const Word scope = "USGov";
  EXPECT_EQ(scope, "USGov");
  EXPECT_EQ(scope, std::string("USGov"));
  EXPECT_NE(scope, "USGOV");
  EXPECT_NE(scope, Word("USGOV"));
  EXPECT_LT(Word("EU"), Word("NA"));
  EXPECT_EQ(scope.text() + "!", "USGov!");
  EXPECT_EQ(scope.size(), 5u);
}

TEST(Word, MayBeEmpty) {
  EXPECT_TRUE(Word().empty());
  EXPECT_EQ(Word(), Word(""));
  EXPECT_EQ(Word().text(), "");
  EXPECT_FALSE(Word("EU").empty());
}

TEST(Word, EqualOnesShareOneText) {
  const Word one = longer_than_a_pointer;
  const Word same = std::string_view(longer_than_a_pointer);
  EXPECT_EQ(one, same);
  EXPECT_EQ(&one.text(), &same.text());
  EXPECT_EQ(sizeof one, sizeof(void*));
}

TEST(Word, GoesWithTheLastWhoHasIt) {
  const std::size_t before = Word::count();
  Word one = longer_than_a_pointer;
  Word copy = one;
  EXPECT_EQ(Word::count(), before + 1);
  one = "another text";
  EXPECT_EQ(Word::count(), before + 2);
  EXPECT_EQ(copy, longer_than_a_pointer);
  copy = std::move(one);
  EXPECT_EQ(Word::count(), before + 1);
  copy = {};
  EXPECT_EQ(Word::count(), before);
}

TEST(Word, ComesAndGoesOnManyThreads) {
  const std::size_t before = Word::count();
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([] {
      for (int i = 0; i < 20000; ++i) {
        const Word word = longer_than_a_pointer;
        const Word copy = word;  // NOLINT(performance-unnecessary-copy-initialization): is tested
        ASSERT_EQ(copy.text(), longer_than_a_pointer);
      }
    });
  threads.clear();
  EXPECT_EQ(Word::count(), before);
}

}  // namespace
}  // namespace tenantscope
