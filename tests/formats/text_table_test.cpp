#include "formats/text_table.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

const TextTable table{{"tenant", "b2b"},
                      {{"a.example", "supported"}, {"münchen.example", "unknown"}, {"b", ""}}};

TEST(TextTable, IsAlignedByWhatIsSeen) {
  EXPECT_EQ(aligned(table),
            "tenant           b2b\n"
            "a.example        supported\n"
            "münchen.example  unknown\n"
            "b\n");
}

TEST(TextTable, IsCsvThatComesBack) {
  EXPECT_EQ(csv({{"a", "b"}, {{"x,y", "say \"no\""}, {"two\nlines", ""}}}),
            "a,b\n\"x,y\",\"say \"\"no\"\"\"\n\"two\nlines\",\n");
}

TEST(TextTable, GivesASpreadsheetNoFormula) {
  EXPECT_EQ(csv({{"a"}, {{"=1+1"}, {"+1"}, {"-1"}, {"@SUM(A1)"}, {"=a,b"}, {"\t=1"}, {"a=1"}}}),
            "a\n'=1+1\n'+1\n'-1\n'@SUM(A1)\n\"'=a,b\"\n'\t=1\na=1\n");
}

TEST(TextTable, IsMarkdownOfWhichNoCellIsAnything) {
  EXPECT_EQ(markdown({{"a", "b"}, {{"x|y", "[click](https://evil)"}, {"`rm`", "two\nlines"}}}),
            "| a | b |\n| --- | --- |\n"
            "| x\\|y | \\[click\\](https://evil) |\n| \\`rm\\` | two lines |\n");
}

}  // namespace
}  // namespace tenantscope
