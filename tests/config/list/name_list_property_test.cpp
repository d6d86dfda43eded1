// Whatever the separator, encoding, quoting, line ends and header: no name of a list is lost, and
// none is invented.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text/ascii.hpp"
#include "base/text/utf8.hpp"
#include "config/list/name_list.hpp"

namespace tenantscope {
namespace {

enum class Encoding { utf8, utf8_with_mark, utf16_little, utf16_big, little_bare, big_bare };
enum class Quoting { where_needed, everywhere };

struct Shape {
  char separator = ',';
  Encoding encoding = Encoding::utf8;
  Quoting quoting = Quoting::where_needed;
  std::string line_end = "\n";
  bool end_of_last_line = true;
  bool separator_line = false;
};

std::string to_utf16(std::string_view text, bool big) {
  std::string bytes;
  const auto append = [&](std::uint32_t unit) {
    const char high = char(unit >> 8), low = char(unit & 0xff);
    bytes += big ? std::string{high, low} : std::string{low, high};
  };
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    std::uint32_t code = static_cast<unsigned char>(text[0]);
    if (length > 1)
      code &= 0xffu >> (length + 1);
    for (std::size_t i = 1; i < length; ++i)
      code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    text.remove_prefix(length);
    if (code < 0x10000) {
      append(code);
    } else {
      append(0xd800 + ((code - 0x10000) >> 10));
      append(0xdc00 + ((code - 0x10000) & 0x3ff));
    }
  }
  return bytes;
}

std::string encoded(const std::string& text, Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return text;
    case Encoding::utf8_with_mark:
      return "\xEF\xBB\xBF" + text;
    case Encoding::utf16_little:
      return "\xFF\xFE" + to_utf16(text, false);
    case Encoding::utf16_big:
      return "\xFE\xFF" + to_utf16(text, true);
    case Encoding::little_bare:
      return to_utf16(text, false);
    case Encoding::big_bare:
      return to_utf16(text, true);
  }
  return {};
}

std::string cell(const std::string& text, const Shape& shape) {
  const bool needed = text.find_first_of(std::string("\"\r\n") + shape.separator) != text.npos;
  if (!needed && shape.quoting == Quoting::where_needed)
    return text;
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? "\"\"" : std::string{c};
  return quoted + '"';
}

using Row = std::vector<std::string>;

std::string written(const std::vector<Row>& rows, const Shape& shape) {
  std::string text;
  if (shape.separator_line)
    text += std::string("sep=") + shape.separator + shape.line_end;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows[i].size(); ++j)
      text += (j > 0 ? std::string{shape.separator} : "") + cell(rows[i][j], shape);
    if (i + 1 < rows.size() || shape.end_of_last_line)
      text += shape.line_end;
  }
  return encoded(text, shape.encoding);
}

template <class Visit>
void for_each_shape(Visit visit) {
  for (const char separator : {',', ';', '\t'})
    for (const Encoding encoding :
         {Encoding::utf8, Encoding::utf8_with_mark, Encoding::utf16_little, Encoding::utf16_big,
          Encoding::little_bare, Encoding::big_bare})
      for (const Quoting quoting : {Quoting::where_needed, Quoting::everywhere})
        for (const char* const line_end : {"\n", "\r\n", "\r"})
          for (const bool flag : {true, false})
            visit(Shape{separator, encoding, quoting, line_end, flag, flag});
}

void expect_names(const std::vector<Row>& rows, const Shape& shape,
                  const std::vector<std::string>& expected, const std::string& what) {
  const std::string bytes = written(rows, shape);
  const Result<NameList> list = read_name_list(bytes, {}, builtin_clouds());
  ASSERT_TRUE(list) << what << ": " << list.error().detail << "\n" << bytes;
  std::vector<std::string> names;
  for (const ListedName& name : list->names)
    names.push_back(name.reference.name);
  ASSERT_EQ(names, expected) << what << "\n" << bytes;
  ASSERT_TRUE(list->findings.empty()) << what << ": " << list->findings[0].text << "\n" << bytes;
}

// The ways to write a header that are the same.
std::vector<std::string> ways(const std::string& header) {
  std::string upper = header;
  for (char& c : upper)
    c = c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
  std::string underscored = header;
  std::ranges::replace(underscored, ' ', '_');
  return {header, upper, " " + header + " ", underscored};
}

struct Name {
  std::string written, canonical;
};

const std::vector<Name> domains{{"contoso.example", "contoso.example"},
                                {"B\u00fccher.Example.", "xn--bcher-kva.example"},
                                {"https://fabrikam.example/de?x=1", "fabrikam.example"},
                                {"\u65e5\u672c\u8a9e.example", "xn--wgv71a119e.example"}};
const std::vector<Name> addresses{{"anna.smith@contoso.example", "contoso.example"},
                                  {"B+c@B\u00fccher.example", "xn--bcher-kva.example"},
                                  {"d@fabrikam.example", "fabrikam.example"}};
const std::vector<Name> guids{
    {"66666666-7777-8888-9999-00000000000A", "66666666-7777-8888-9999-00000000000a"},
    {"66666666-7777-8888-9999-00000000000b", "66666666-7777-8888-9999-00000000000b"}};

// What stands in the other columns: nothing that could be a name, much that looks like syntax.
const std::vector<std::string> others{"Contoso, Ltd",
                                      "M\u00fcller; Sons",
                                      "says \"hi\"",
                                      "two\nlines",
                                      "Suite #4",
                                      "a\ttab",
                                      "",
                                      "\U0001F600",
                                      "=1+1",
                                      "O'Neill & Co.",
                                      "\"quoted\" at first",
                                      "100 %",
                                      "two\r\nmore"};

TEST(NameListProperty, NoNameIsLostOrInventedBelowAKnownHeader) {
  const std::vector<std::pair<std::string, const std::vector<Name>*>> headers{
      {"tenant id", &guids},
      {"customer id", &guids},
      {"customer context id", &guids},
      {"default domain name", &domains},
      {"microsoft id", &guids},
      {"primary domain name", &domains},
      {"mail", &addresses},
      {"email", &addresses},
      {"user principal name", &addresses},
      {"domain", &domains},
      {"name", &domains},
      {"tenant", &domains}};
  std::mt19937 random(18);
  const auto pick = [&](const auto& from) { return from[random() % from.size()]; };
  for_each_shape([&](const Shape& shape) {
    for (const auto& [header, names] : headers) {
      const std::size_t place = random() % 3;
      std::vector<Row> rows{{"Company", "Id", "Notes"}};
      rows[0].insert(rows[0].begin() + std::ptrdiff_t(place), pick(ways(header)));
      std::vector<std::string> expected;
      for (const Name& name : *names) {
        rows.push_back({pick(others), "11111111-2222-3333-4444-555555555555", pick(others)});
        rows.back().insert(rows.back().begin() + std::ptrdiff_t(place), name.written);
        expected.push_back(name.canonical);
      }
      ASSERT_NO_FATAL_FAILURE(expect_names(rows, shape, expected, header));
    }
  });
}

TEST(NameListProperty, NoNameIsLostOrInventedWithoutOne) {
  for_each_shape([&](const Shape& shape) {
    std::vector<Row> lines, beside;
    Row row;
    std::vector<std::string> expected;
    for (const auto* names : {&domains, &addresses, &guids})
      for (const Name& name : *names) {
        lines.push_back({name.written});
        row.push_back(name.written);
        beside.push_back({others[expected.size() % others.size()], name.written});
        expected.push_back(name.canonical);
      }
    ASSERT_NO_FATAL_FAILURE(expect_names(lines, shape, expected, "lines"));
    ASSERT_NO_FATAL_FAILURE(expect_names({row}, shape, expected, "one line"));
    ASSERT_NO_FATAL_FAILURE(expect_names(beside, shape, expected, "beside others"));
    beside.insert(beside.begin(), Row{"Firma", "Webseite"});
    ASSERT_NO_FATAL_FAILURE(expect_names(beside, shape, expected, "below a header nobody knows"));
  });
}

}  // namespace
}  // namespace tenantscope
