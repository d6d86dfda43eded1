#include "base/log.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>
#include <sstream>
#include <thread>
#include <vector>

namespace tenantscope {
namespace {

const WallTime ten_o_clock = *parse_rfc3339("2026-11-23T10:00:00.123Z");

std::string logfmt(std::string_view msg, LogFields fields = {}) {
  return log_line(LogFormat::logfmt, ten_o_clock, LogLevel::info, msg, fields);
}

std::string json(std::string_view msg, LogFields fields = {}) {
  return log_line(LogFormat::json, ten_o_clock, LogLevel::info, msg, fields);
}

TEST(LogLine, ReadsAsTheContractSays) {
  EXPECT_EQ(logfmt("listening", {{"address", "127.0.0.1:10944"}}),
            "ts=2026-11-23T10:00:00.123Z level=info msg=\"listening\" address=127.0.0.1:10944\n");
  EXPECT_EQ(json("listening", {{"address", "127.0.0.1:10944"}}),
            "{\"ts\":\"2026-11-23T10:00:00.123Z\",\"level\":\"info\",\"msg\":\"listening\","
            "\"address\":\"127.0.0.1:10944\"}\n");
}

TEST(LogLine, HasTheBeginningOfALongText) {
  const std::string fits(longest_log_text, 'x');
  EXPECT_EQ(logfmt("m", {{"err", fits}}).size(),
            logfmt("m", {{"err", "x"}}).size() - 1 + fits.size());
  for (const std::string& more : {fits + "yz", fits.substr(1) + "\u00e9z"}) {
    const std::string line = json(more, {{"err", more}, {"then", "this"}});
    const auto read = boost::json::parse(line);
    const std::string left_out = more.ends_with("yz") ? "... (2 more bytes)" : "... (3 more bytes)";
    for (const char* key : {"msg", "err"})
      EXPECT_EQ(read.at(key).as_string(), more.substr(0, more.find_last_of('x') + 1) + left_out);
    EXPECT_EQ(read.at("then").as_string(), "this");
    EXPECT_LT(line.size(), 2 * longest_log_text + 300);
  }
}

TEST(LogLine, NamesEachLevel) {
  const std::map<LogLevel, std::string> names{{LogLevel::debug, "debug"},
                                              {LogLevel::info, "info"},
                                              {LogLevel::warn, "warn"},
                                              {LogLevel::error, "error"}};
  for (const auto& [level, name] : names)
    EXPECT_EQ(log_line(LogFormat::logfmt, ten_o_clock, level, "x", {}),
              "ts=2026-11-23T10:00:00.123Z level=" + name + " msg=\"x\"\n");
}

TEST(LogLine, QuotesAndEscapesWhatWouldBreakIt) {
  struct Case {
    std::string value;
    std::string in_logfmt;
    std::string in_json;
  };
  const std::vector<Case> cases{
      {"plain", "plain", R"("plain")"},
      {"https://a.example/b?c&d", "https://a.example/b?c&d", R"("https://a.example/b?c&d")"},
      {"", R"("")", R"("")"},
      {"two words", R"("two words")", R"("two words")"},
      {"a=b", R"("a=b")", R"("a=b")"},
      {"say \"no\"", R"("say \"no\"")", R"("say \"no\"")"},
      {"back\\slash", R"("back\\slash")", R"("back\\slash")"},
      {"two\nlines", R"("two\nlines")", R"("two\nlines")"},
      {"tab\tand\rreturn", R"("tab\u0009and\u000dreturn")", R"("tab\u0009and\u000dreturn")"},
      {std::string("nul\0", 4), R"("nul\u0000")", R"("nul\u0000")"},
      {"\x1b[31m", R"("\u001b[31m")", R"("\u001b[31m")"},
      {"\x7f", R"("\u007f")", R"("\u007f")"},
      {"\u009b31m", R"("\u009b31m")", R"("\u009b31m")"},
      {"münchen.example", "\"münchen.example\"", "\"münchen.example\""},
      {"a\xff z", "\"a\ufffd z\"", "\"a\ufffd z\""},
      {"\xc3", "\"\ufffd\"", "\"\ufffd\""},
      {"\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\"", "\"\ufffd\ufffd\ufffd\""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(logfmt("m", {{"k", c.value}}),
              "ts=2026-11-23T10:00:00.123Z level=info msg=\"m\" k=" + c.in_logfmt + "\n");
    EXPECT_EQ(json("m", {{"k", c.value}}),
              "{\"ts\":\"2026-11-23T10:00:00.123Z\",\"level\":\"info\",\"msg\":\"m\",\"k\":" +
                  c.in_json + "}\n");
  }
}

TEST(LogLine, WritesNumbers) {
  EXPECT_TRUE(
      logfmt("m", {{"tenants", 12}, {"lag", -3L}}).ends_with(" msg=\"m\" tenants=12 lag=-3\n"));
}

TEST(LogLine, IsJsonForEverySingleByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string value(1, char(byte));
    const std::string line = json(value, {{"k", value}});
    EXPECT_EQ(line.find('\n'), line.size() - 1) << byte;
    boost::system::error_code error;
    const auto parsed = boost::json::parse(line, error);
    ASSERT_FALSE(error) << line;
    EXPECT_EQ(parsed.at("k").as_string(), byte < 0x80 ? value : "\ufffd") << byte;
  }
}

TEST(Log, WritesWhatIsImportantEnough) {
  testing::internal::CaptureStderr();
  const Log log(LogLevel::warn, LogFormat::logfmt);
  log.debug("one");
  log.info("two");
  log.warn("three");
  log.error("four", {{"k", "v"}});
  ASSERT_TRUE(log.flush(std::chrono::seconds(30)));
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_EQ(written.find("one"), written.npos);
  EXPECT_EQ(written.find("two"), written.npos);
  EXPECT_NE(written.find("level=warn msg=\"three\"\n"), written.npos);
  EXPECT_NE(written.find("level=error msg=\"four\" k=v\n"), written.npos);
}

TEST(Log, WritesEveryLevelWhereItIsToldTo) {
  testing::internal::CaptureStderr();
  const Log log(LogLevel::error, LogFormat::logfmt);
  log.of_all_levels().debug("one");
  log.warn("two");
  ASSERT_TRUE(log.flush(std::chrono::seconds(30)));
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_NE(written.find("level=debug msg=\"one\"\n"), written.npos);
  EXPECT_EQ(written.find("two"), written.npos);
}

TEST(Log, KeepsLinesOfManyThreadsWhole) {
  constexpr int lines_each = 500;
  testing::internal::CaptureStderr();
  {
    const Log log(LogLevel::info, LogFormat::logfmt);
    std::vector<std::jthread> threads;
    for (char letter : std::string("abcd"))
      threads.emplace_back([&log, letter] {
        for (int i = 0; i < lines_each; ++i)
          log.info(std::string(100, letter), {{"k", std::string(100, letter)}});
      });
  }
  std::istringstream written(testing::internal::GetCapturedStderr());
  std::map<char, int> seen;
  for (std::string line; std::getline(written, line);) {
    const char letter = line.back();
    EXPECT_TRUE(line.ends_with(" level=info msg=\"" + std::string(100, letter) +
                               "\" k=" + std::string(100, letter)))
        << line;
    ++seen[letter];
  }
  EXPECT_EQ(seen, (std::map<char, int>{
                      {'a', lines_each}, {'b', lines_each}, {'c', lines_each}, {'d', lines_each}}));
}

}  // namespace
}  // namespace tenantscope
