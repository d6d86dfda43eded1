#include "config/list/pair_list.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace tenantscope {
namespace {

// "LINE HOST GUEST", then "LINE: FINDING", a line each.
std::string told(const std::string& text) {
  const Result<PairList> list = read_pair_list(text);
  if (!list)
    return list.error().detail;
  std::string lines;
  for (const ListedPair& pair : list->pairs)
    lines += fmt::format("{} {} {}\n", pair.line, pair.host, pair.guest);
  for (const ListFinding& finding : list->findings)
    lines += fmt::format("{}: {}\n", finding.line, finding.text);
  return lines;
}

TEST(PairList, IsReadInItsTwoColumns) {
  const std::string pairs = "2 a.example b.example\n3 a.example identity:google\n";
  EXPECT_EQ(told("host,guest\na.example,b.example\na.example,identity:google\n"), pairs);
  EXPECT_EQ(told("Host;Guest;Note\r\na.example;b.example;x\r\na.example;identity:google;\r\n"),
            pairs);
  EXPECT_EQ(told("host\tguest\na.example\tb.example\na.example\tidentity:google"), pairs);
}

TEST(PairList, NeedsNoHeader) {
  EXPECT_EQ(told("a.example,b.example\n\n# later\nc.example@usgov,d.example\n"),
            "1 a.example b.example\n4 c.example@usgov d.example\n");
}

TEST(PairList, SaysWhereThereAreNoTwoNames) {
  EXPECT_EQ(told("host,guest\na.example,\na.example,b.example\nnobody,b.example\n"),
            "3 a.example b.example\n2: two names are needed: a host and a guest\n"
            "4: two names are needed: a host and a guest\n");
}

TEST(PairList, IsNoWorkbook) {
  EXPECT_NE(told("PK\x03\x04").find("Excel"), std::string::npos) << told("PK\x03\x04");
}

}  // namespace
}  // namespace tenantscope
