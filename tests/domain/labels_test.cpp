#include "domain/labels.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tenantscope {
namespace {

TEST(Labels, AreInTheOrderOfTheirNames) {
  const Labels labels{{"b", "2"}, {"a", "1"}};
  EXPECT_EQ(std::vector(labels.begin(), labels.end()),
            (std::vector<Labels::Label>{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(labels, (Labels{{"a", "1"}, {"b", "2"}}));
  EXPECT_NE(labels, (Labels{{"a", "1"}, {"b", "3"}}));
  EXPECT_LT(labels, (Labels{{"a", "1"}, {"b", "3"}}));
}

TEST(Labels, AreFoundByName) {
  const Labels labels{{"a", "1"}};
  EXPECT_EQ(labels.at("a"), "1");
  EXPECT_EQ(labels.find("a")->second, "1");
  EXPECT_EQ(labels.find("b"), labels.end());
  EXPECT_THROW(labels.at("b"), std::out_of_range);
}

TEST(Labels, TakeTheFirstOfADouble) {
  EXPECT_EQ((Labels{{"a", "1"}, {"a", "2"}}), (Labels{{"a", "1"}}));
}

TEST(Labels, MayBeNone) {
  EXPECT_TRUE(Labels().empty());
  EXPECT_EQ(Labels(), Labels(std::vector<Labels::Label>{}));
}

TEST(Labels, CopiesShareOne) {
  const Labels labels{{"a", "1"}};
  const Labels copy = labels;  // NOLINT(performance-unnecessary-copy-initialization): is tested
  EXPECT_EQ(&*copy.begin(), &*labels.begin());
}

}  // namespace
}  // namespace tenantscope
