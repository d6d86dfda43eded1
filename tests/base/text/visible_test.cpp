// Text that others wrote, and every way out of it that base/ has: what comes out of them raw.
#include "base/text/visible.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/text/html.hpp"
#include "base/text/json_text.hpp"
#include "base/text/plain_text.hpp"
#include "base/text/quotation.hpp"
#include "base/text/utf8.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

TEST(Visible, KnowsEveryCharacter) {
  for (char32_t code = 0; code <= 0x10ffff; ++code) {
    const std::string bytes = encoded(code);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    std::string_view rest = bytes;
    const Character character = take_character(rest);
    const bool taken = rest.size() == (surrogate ? 2u : 0u) &&
                       character.bytes == bytes.substr(0, surrogate ? 1 : 4) &&
                       character.code == (surrogate ? U'\ufffd' : code);
    const bool judged = is_visible(bytes) == (!surrogate && !is_hostile(code));
    if (!taken || !judged)
      FAIL() << std::uint32_t(code) << (taken ? " judged" : " taken") << " wrongly";
  }
}

TEST(Visible, JudgesWholeTexts) {
  EXPECT_TRUE(is_visible(""));
  EXPECT_TRUE(is_visible("agency.example münchen €😀 \ufffd"));
  for (const char* text : {"a\x1b", "\x7f",
                           "a\u202e"
                           "b",
                           "\ufeff"
                           "a",
                           "m\xfcnchen", "a\n", "\xf0\x9f\x98"})
    EXPECT_FALSE(is_visible(text)) << visible(text);
}

TEST(Visible, WritesEscapesAsJsonDoes) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", ""},
      {"a \"b\" \\ ü", "a \"b\" \\ ü"},
      {"\x1b[31m", "\\u001b[31m"},
      {std::string("\0\x7f", 2), "\\u0000\\u007f"},
      {"\u009b31m\u202e", "\\u009b31m\\u202e"},
      {"\U000e0041", "\\udb40\\udc41"},
      {"a\xff\xc3z", "a\ufffd\ufffdz"},
      {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
      {"a\nb", "a\\u000ab"},
  };
  for (const auto& [text, shown] : table)
    EXPECT_EQ(visible(text), shown);
  EXPECT_EQ(visible_lines("a\nb\r\n\x1b"), "a\nb\\u000d\n\\u001b");
}

TEST(Visible, LeavesJsonEqual) {
  for (const std::string& text : every_character()) {
    if (!is_utf8(text))
      continue;
    std::string json;
    JsonText(json).member("k", text);
    const std::string shown = visible("{" + json + "}");
    ASSERT_EQ(boost::json::parse(shown).at("k").as_string(), text);
    ASSERT_EQ(shown, "{" + json + "}") << "written so at once";
  }
}

TEST(VisibleLine, IsOneLineOfItsLength) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", ""},
      {" \r\n\t", ""},
      {"\n  Go\r\n\t away \n", "Go away"},
      {"1234567890", "1234567890"},
      {"12345678901", "1234567890..."},
      {"123456789 1", "123456789..."},
      {"123456789ü", "123456789..."},
      {"12345678ü", "12345678ü"},
      {"12345\x1b", "12345..."},
      {"1234\x1b", "1234\\u001b"},
      {"\U000e0041", "..."},
  };
  for (const auto& [text, line] : table)
    EXPECT_EQ(visible_line(text, 10), line) << text;
  EXPECT_EQ(visible_line(std::string(1'000'000, ' ') + "x", 10), "x");
}

std::string json_of(std::string_view text) {
  std::string json;
  JsonText(json).member(text, text);
  return json;
}

std::string log_of(LogFormat format, std::string_view text) {
  const LogField field("k", text);
  return log_line(format, WallTime{}, LogLevel::info, text, {&field, 1});
}

TEST(Visible, NothingElseComesOutOfAnything) {
  const std::map<std::string, std::function<std::string(std::string_view)>> ways{
      {"visible", visible},
      {"visible_lines", visible_lines},
      {"visible_line", [](std::string_view text) { return visible_line(text, 1'000'000); }},
      {"logfmt", [](std::string_view text) { return log_of(LogFormat::logfmt, text); }},
      {"JSON log", [](std::string_view text) { return log_of(LogFormat::json, text); }},
      {"JsonText", json_of},
      {"html", html},
      {"quote",
       [](std::string_view text) {
         std::string quoted;
         while (!text.empty())
           quoted += quote(take_character(text).bytes);
         return quoted;
       }},
      {"plain_text", [](std::string_view text) { return plain_text(text, 1'000'000); }},
      {"percent_encoded", percent_encoded},
  };
  const std::string text = every_hostile_character();
  for (const auto& [name, way] : ways)
    EXPECT_EQ(raw_in(way(text)), "") << name;
  for (const std::string& some : every_character())
    ASSERT_EQ(raw_in(visible(some), ""), "");
}

TEST(Quotation, IsShortAndVisible) {
  EXPECT_EQ(quote("a\nb\x1b\x7f"), "`a\\x0ab\\x1b\\x7f`");
  EXPECT_EQ(quote("a\u202e"
                  "b\u0085"),
            "`a\\u202e"
            "b\\u0085`");
  EXPECT_EQ(quote(std::string(63, 'x') + "üyz"), "`" + std::string(63, 'x') + "ü...`");
  EXPECT_EQ(quote(std::string(64, 'x')), "`" + std::string(64, 'x') + "`");
}

}  // namespace
}  // namespace tenantscope
