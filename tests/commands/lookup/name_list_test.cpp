#include "commands/lookup/name_list.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace tenantscope {
namespace {

std::string shown(const std::vector<ListedText>& list) {
  std::string text;
  for (const ListedText& one : list)
    text += fmt::format("{}:{};", one.line, one.text);
  return text;
}

TEST(NameList, IsReadFromLinesAndFromCsv) {
  const struct {
    const char* what;
    std::string text, names, bad;
  } table[] = {
      {"nothing", "", "", ""},
      {"blank", "\n \t\n\r\n", "", ""},
      {"lines", "a.example\nb.example\n", "1:a.example;2:b.example;", ""},
      {"no line end", "a.example", "1:a.example;", ""},
      {"CRLF and a mark",
       "\xEF\xBB\xBF"
       "a.example\r\nb.example\r\n",
       "1:a.example;2:b.example;", ""},
      {"comments", "# one, \"two\na.example # x, \"y\n\n  # three\n  b.example\t#z\n",
       "2:a.example;5:b.example;", ""},
      {"a hash in a name", "a#b.example\n", "1:a#b.example;", ""},
      {"first column", "a.example,EU\n b.example ,NA,x\n", "1:a.example;2:b.example;", ""},
      {"column by name", "Company,Domain,x\nContoso,contoso.example,1\n", "2:contoso.example;", ""},
      {"name of a column in quotes", "id,\" NAME \"\n7,a.example\n", "2:a.example;", ""},
      {"a domain rather than a name", "name,tenant,domain\nContoso,t,contoso.example\n",
       "2:contoso.example;", ""},
      {"a header after a comment", "# list\n\ntenant\na.example\n", "4:a.example;", ""},
      {"only the first can be a header", "a.example\ndomain\n", "1:a.example;2:domain;", ""},
      {"quotes", "\"a.example\",\"x, \"\"y\"\"\"\n\"b\"\"c\"\n", "1:a.example;2:b\"c;", ""},
      {"a line break in quotes", "name,note\na.example,\"one\ntwo\"\nb.example,\n",
       "2:a.example;4:b.example;", ""},
      {"a comment after quotes", "\"a.example\" # b, \"c\nd.example\n", "1:a.example;2:d.example;",
       ""},
      {"empty ones", "name,note\n,x\n\"\",y\n\" \"\na.example\n", "5:a.example;",
       "2:no name;3:no name;4:no name;"},
      {"too few columns", "note,domain\nx\ny,a.example\n", "3:a.example;", "2:no column 2;"},
      {"a quote that never ends", "a.example\n\"b.example\nc.example\n", "1:a.example;3:c.example;",
       "2:a quote that never ends;"},
      {"quotes in the middle", "a\"b\"\nc.example\n", "2:c.example;",
       "1:a quote in the middle of a field: put the whole field in quotes, and its quotes twice;"},
      {"text after quotes", "\"a\"b,c\nc.example\n", "2:c.example;",
       "1:text after the closing quote;"},
  };
  for (const auto& row : table) {
    const NameList list = read_name_list(row.text);
    EXPECT_EQ(shown(list.names), row.names) << row.what;
    EXPECT_EQ(shown(list.bad), row.bad) << row.what;
  }
}

TEST(NameList, TakesAnyBytes) {
  for (int first = 0; first < 256; ++first)
    for (const char second : {'"', '\n', ',', '#', '\0', 'a', '\r'})
      read_name_list(std::string{char(first), second, '"', '\n', char(first)});
}

}  // namespace
}  // namespace tenantscope
