#include "base/cleansed.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tenantscope {
namespace {

// A text keeps its room when it becomes empty.
bool zero(const std::string& text, std::size_t size) {
  return text.capacity() >= size &&
         std::all_of(text.data(), text.data() + size, [](char c) { return c == '\0'; });
}

TEST(Cleansed, TextsKeepNothingInTheirRoom) {
  for (std::string text : {"short", "one that is too long for the string itself"}) {
    const std::size_t size = text.size();
    cleanse(text);
    EXPECT_EQ(text, "");
    EXPECT_TRUE(zero(text, size)) << size;
  }
}

TEST(Cleansed, TextsKeepNothingOfALongerOneThatTheyWere) {
  std::string text = "one that is too long for the string itself";
  const std::size_t size = text.size();
  text.resize(3);
  cleanse(text);
  EXPECT_TRUE(zero(text, size));
}

TEST(Cleansed, TextsAreThatAtTheEndOfAScope) {
  std::string text = "secret";
  {
    const Cleansing at_the_end(text);
    text += " and longer than the string itself";
    EXPECT_FALSE(text.empty());
  }
  EXPECT_TRUE(zero(text, 40));
}

}  // namespace
}  // namespace tenantscope
