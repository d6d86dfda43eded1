#include "base/text/encoding.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tenantscope {
namespace {

using namespace std::string_literals;

TEST(Encoding, IsKnownByTheFirstBytes) {
  const std::pair<std::string, std::string> table[] = {
      {"", ""},
      {"a", "a"},
      {"b\u00fc", "b\u00fc"},
      {"\xEF\xBB\xBF"
       "a\n",
       "a\n"},
      {"\xFF\xFE"s, ""},
      {"\xFF\xFE"
       "a\0\xFC\0\n\0"s,
       "a\u00fc\n"},
      {"\xFE\xFF\0a\0\xFC\0\n"s, "a\u00fc\n"},
      {"a\0b\0"s, "ab"},
      {"\0a\0b"s, "ab"},
      {"\xFE\xFF\xD8\x3D\xDE\x00"s, "\U0001F600"},
      {"\xFF\xFE\x3D\xD8\x00\xDE"s, "\U0001F600"},
      {"\xFE\xFF\x20\xAC"s, "\u20ac"},
      {"\xFE\xFF\xD8\x3D\0a"s, "\uFFFDa"},  // half a pair
      {"\xFE\xFF\0a\0"s, "a\uFFFD"},        // half a unit
      {"caf\xE9", "caf\xE9"},               // its line's finding
  };
  for (const auto& [bytes, text] : table) {
    const Result<std::string> decoded = decode_text(bytes);
    ASSERT_TRUE(decoded) << decoded.error().detail;
    EXPECT_EQ(*decoded, text);
  }
}

TEST(Encoding, NamesWhatIsNoText) {
  const std::pair<std::string, const char*> table[] = {
      {"PK\x03\x04\x14\0\x06\0"s, "an Excel workbook or another ZIP archive"},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0"s, "an Excel workbook of the old kind"},
      {"\n<!DOCTYPE html>\n<html>", "an HTML page"},
      {"<HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\">", "an HTML page"},
      {"\xEF\xBB\xBF<table>", "an HTML table"},
      {"\xFF\xFE<\0h\0t\0m\0l\0>\0"s, "an HTML page"},
      {"<?xml version=\"1.0\"?>", "XML"},
      {"%PDF-1.7", "a PDF document"},
      {"\x1F\x8B\x08", "compressed by gzip"},
      {"\xFF\xFE\0\0a\0\0\0"s, "UTF-32"},
      {"a.example\n\0\0"s, "zero bytes"},
  };
  for (const auto& [bytes, said] : table) {
    const Result<std::string> decoded = decode_text(bytes);
    ASSERT_FALSE(decoded) << said;
    EXPECT_NE(decoded.error().detail.find(said), std::string::npos) << decoded.error().detail;
    EXPECT_EQ(decoded.error().detail.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace tenantscope
