#include "base/text/accept.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenantscope {
namespace {

struct Coded {
  std::string accept_encoding;
  ContentCoding coding;
  bool required = false;
};

TEST(Accept, DecidesTheCoding) {
  constexpr ContentCoding none = ContentCoding::none, gzip = ContentCoding::gzip;
  const std::vector<Coded> table{
      {"", none},
      {"gzip", gzip},
      {"GZip", gzip},
      {"x-gzip", gzip},
      {"gzip, deflate, br, zstd", gzip},
      {"deflate, gzip;q=1.0, *;q=0.5", gzip},
      {"br, deflate", none},
      {"gzip;q=0", none},
      {"gzip;q=0.000", none},
      {"gzip; q=0.001", gzip},
      {"gzip;q=0, *", none},
      {"*", gzip},
      {"*;q=0.1", gzip},
      {"*;q=0", none},
      {"identity", none},
      {"identity, gzip;q=0.5", none},
      {"identity;q=0.5, gzip", gzip},
      {"identity;q=0.5, *;q=0.6", gzip},
      {"gzip;q=0.5, identity;q=0.5", gzip},
      {"identity;q=0", none},  // of what is accepted there is nothing here
      {"identity;q=0, gzip", gzip, true},
      {"gzip;q=0.1, *;q=0", gzip, true},
      {"identity;q=0, *", gzip, true},
      {"identity;q=0.1, gzip, *;q=0", gzip, false},
      {"gzip;q=2", none},
      {"gzip;q=", none},
      {"gzipped", none},
      {",,gzip,", gzip},
  };
  for (const auto& [header, coding, required] : table) {
    const CodingChoice choice = choose_coding(header);
    EXPECT_EQ(choice.coding == gzip, coding == gzip) << header;
    EXPECT_EQ(choice.required, required) << header;
  }
}

// Empty elements are no elements (RFC 9110, 5.6.1), and a list may have no others.
TEST(Accept, PassesEmptyElementsOver) {
  constexpr MediaType text{.type = "text/plain", .version = ""};
  for (const char* header : {"", " ", ",", ",,", " , ,\t,"})
    EXPECT_EQ(acceptance(header, text).quality, 1) << header;
  for (const char* header : {",,text/plain;q=0.5", "text/plain;q=0.5,,", ", ,text/plain;q=0.5,"}) {
    EXPECT_EQ(acceptance(header, text).quality, 0.5) << header;
    EXPECT_TRUE(acceptance(header, text).named) << header;
  }
  EXPECT_EQ(acceptance(",,text/html,", text).quality, 0);
}

TEST(Accept, PassesOverWhatCannotBeRead) {
  constexpr MediaType text{.type = "text/plain", .version = ""};
  for (const std::string unreadable :
       {";", ";;", ";q=1", "\"", "\"\\", "\"\\ ", "\"\\\t", "a;b=\"\\ ", "\\"}) {
    EXPECT_EQ(acceptance(unreadable, text).quality, 0) << unreadable;
    EXPECT_EQ(acceptance("text/plain;q=0.5," + unreadable, text).quality, 0.5) << unreadable;
    EXPECT_EQ(choose_coding(unreadable).coding, ContentCoding::none) << unreadable;
  }
}

}  // namespace
}  // namespace tenantscope
