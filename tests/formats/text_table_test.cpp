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

TEST(TextTable, IsMarkdownThatReadsAsItWasMeant) {
  EXPECT_EQ(markdown_text("not_supported, höhe_ß"), "not_supported, höhe_ß");
  EXPECT_EQ(markdown_text("_a_ b_ __c__"), "\\_a\\_ b\\_ \\_\\_c\\_\\_");
  EXPECT_EQ(markdown_text("<b> a -> b"), "&lt;b> a -> b");
  EXPECT_EQ(markdown_text("> a"), "\\> a");
  EXPECT_EQ(markdown_text("~~a~~"), "&#126;&#126;a&#126;&#126;");
  EXPECT_EQ(markdown_text("&lt; &#60; a&b; R&D; d & e;"),
            "&amp;lt; &amp;#60; a&amp;b; R&amp;D; d & e;");
  EXPECT_EQ(markdown_text("https://a.example/?b=1&c=2"), "https://a.example/?b=1&c=2");
  EXPECT_EQ(markdown_text("a\\b *c*"), "a\\\\b \\*c\\*");
}

}  // namespace
}  // namespace tenantscope
