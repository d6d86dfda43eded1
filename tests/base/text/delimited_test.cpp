#include "base/text/delimited.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/bytes.hpp"

namespace tenantscope {
namespace {

std::string shown(std::string_view text, Dialect dialect) {
  std::string all;
  DelimitedReader reader(text, dialect);
  DelimitedRecord record;
  while (reader.next(record))
    all += fmt::format("{}:{}{};", record.line, fmt::join(record.cells, "|"),
                       record.wrong.empty() ? "" : fmt::format("!{}", record.wrong));
  return all;
}

TEST(Delimited, IsReadInRecords) {
  const struct {
    const char* what;
    std::string text, list, table;  // as a list of names, and as a table
  } table[] = {
      {"nothing", "", "", ""},
      {"blank", "\n \t\n\r\n\r", "", ""},
      {"lines", "a\nb\n", "1:a;2:b;", "1:a;2:b;"},
      {"no line end", "a", "1:a;", "1:a;"},
      {"line ends", "a\r\nb\rc\nd", "1:a;2:b;3:c;4:d;", "1:a;2:b;3:c;4:d;"},
      {"cells", " a , b\t,,c\n,\n", "1:a|b||c;2:|;", "1:a|b||c;2:|;"},
      {"comments", "# one, \"two\na # x, \"y\n  # three\nb\t#z\n", "2:a;4:b;",
       "1:# one|two\na # x,!text after the closing quote;3:# three;4:b\t#z;"},
      {"a hash in a name", "a#b\n", "1:a#b;", "1:a#b;"},
      {"a hash in a table", "c,Suite #4,a.example\n", "1:c|Suite #4|a.example;",
       "1:c|Suite #4|a.example;"},
      {"a hash after two words", "a b #c,d\n", "1:a b #c|d;", "1:a b #c|d;"},
      {"quotes", "\"a\",\"x, \"\"y\"\"\"\n \"b\" \n", "1:a|x, \"y\";2:b;", "1:a|x, \"y\";2:b;"},
      {"line breaks in quotes", "a,\"one\ntwo\"\nb,\"one\r\ntwo\"\nc,\"one\rtwo\"\nd",
       "1:a|one\ntwo;3:b|one\r\ntwo;5:c|one\rtwo;7:d;",
       "1:a|one\ntwo;3:b|one\r\ntwo;5:c|one\rtwo;7:d;"},
      {"a comment after quotes", "\"a\" # b, \"c\nd\n", "1:a;2:d;",
       "1:a!text after the closing quote;2:d;"},
      {"a quote that never ends", "a\n\"b\nc\n", "1:a;2:!a quote that never ends;3:c;",
       "1:a;2:!a quote that never ends;3:c;"},
      {"quotes in the middle", "The \"West\" GmbH,c\n", "1:The \"West\" GmbH|c;",
       "1:The \"West\" GmbH|c;"},
      {"text after quotes", "\"a\"b,c\nd\n", "1:a!text after the closing quote;2:d;",
       "1:a!text after the closing quote;2:d;"},
  };
  for (const auto& row : table) {
    EXPECT_EQ(shown(row.text, {.comments = false}), row.table) << row.what;
    EXPECT_EQ(shown(row.text, {}), row.list) << row.what;
  }
}

TEST(Delimited, HasTheSeparatorThatIsSaid) {
  EXPECT_EQ(shown("a;b,c\t\"d;e\"\n", {.separator = ';'}), "1:a|b,c\t\"d|e\";");
  EXPECT_EQ(shown("a\t\t b \t\"c\"\n", {.separator = '\t'}), "1:a||b|c;");
}

TEST(Delimited, KnowsLinesThatBeginWithAHash) {
  DelimitedReader reader("# x\n#;Domain\n", {.separator = ';', .comments = false});
  DelimitedRecord record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_TRUE(record.hash);
  ASSERT_TRUE(reader.next(record));
  EXPECT_TRUE(record.hash);
  EXPECT_EQ(record.cells, (std::vector<std::string>{"#", "Domain"}));
  EXPECT_FALSE(reader.next(record));
}

TEST(Delimited, TakesAnyBytes) {
  for (int first = 0; first < 256; ++first)
    for (const char second : {'"', '\n', ',', '#', '\0', 'a', '\r'})
      shown(std::string{char(first), second, '"', '\n', char(first)}, {});
}

// Each is quadratic where a byte is looked at once a cell, a line or a quote: for minutes, not for
// some ten milliseconds.
// What is read in the square of its size is never read to its end.
TEST(Delimited, IsReadToItsEndWhateverItIsMadeOf) {
  const std::string word(256 * kib, 'w');
  for (const std::string piece :
       {",", "\"\n", "\"\"\n", "\"a\" ", "a # ", "# ", " #", "\"\",", "\r"}) {
    std::string text = piece == " #" ? word + " x" : "";
    while (text.size() < 512 * kib)
      text += piece;
    for (const bool comments : {false, true}) {
      DelimitedReader reader(text, {.comments = comments});
      DelimitedRecord record;
      int line = 0;
      while (reader.next(record)) {
        EXPECT_GT(record.line, line) << piece;
        line = record.line;
      }
    }
  }
}

}  // namespace
}  // namespace tenantscope
