#include "config/json_list.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenantscope {
namespace {

// As a text of its own, without places.
std::string shown(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null";
    case YamlNode::Kind::alias:
      return "alias";
    case YamlNode::Kind::scalar:
      return node.quoted ? "'" + node.scalar + "'" : node.scalar;
    case YamlNode::Kind::sequence:
      break;
    case YamlNode::Kind::map:
      break;
  }
  std::string text = node.kind == YamlNode::Kind::map ? "{" : "[";
  for (std::size_t i = 0; i < node.items.size(); ++i)
    text += (node.keys.empty() ? "" : node.keys[i].scalar + ": ") + shown(node.items[i]) + ", ";
  return text + "|";
}

struct Quick {
  bool read = false;
  std::vector<std::string> items;
};

Quick quickly(const std::string& text) {
  Quick quick;
  quick.read = read_json_list(text, [&](const YamlNode& item) {
    quick.items.push_back(shown(item));
    return true;
  });
  return quick;
}

const std::vector<std::string> lists{
    "[]",
    " \r\n\t[ ] \n",
    R"(["a", "", "true", "1"])",
    R"([true, false, null, 0, -12, 18446744073709551615, 1.5, 1e3])",
    R"([{"name":"a.example","interval":"5m","confirmations":3,"labels":{"team":"x y","b":""}}])",
    R"([{}, [], [[1]], {"a": {"b": [{"c": null}]}}])",
    "[\n {\n  \"name\": \"a.example\",\n  \"expect\": {\"b2b\": \"supported\"}\n },\n {\"name\": "
    "\"b.example\"}\n]\n",
    R"(["b\u00fccher", "x\/y", "\"\\\n\t", "ö"])",
    R"(["\ud83d\ude00"])",
};

TEST(JsonList, GivesWhatTheCarefulReaderReads) {
  for (const std::string& text : lists) {
    const Quick quick = quickly(text);
    EXPECT_TRUE(quick.read) << text;
    std::vector<ConfigFinding> findings;
    const YamlNode root = parse_yaml(text, "t", findings);
    EXPECT_TRUE(findings.empty()) << text << to_string(findings.front());
    std::vector<std::string> items;
    for (const YamlNode& item : root.items)
      items.push_back(shown(item));
    EXPECT_EQ(quick.items, items) << text;
  }
}

TEST(JsonList, LeavesTheRestToTheCarefulReader) {
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  for (const std::string& text :
       {std::string(""), std::string("{}"), std::string("\"a\""), std::string("["),
        std::string("[]]"), std::string("[] 1"), std::string("[1,]"),
        std::string("[{name: a.example}]"), std::string("[\"a\" \"b\"]"), std::string("# c\n[]"),
        std::string(R"([{"a": 1, "b": 2, "a": 3}])"), std::string("[\"\x7f\"]"),
        std::string("[\"\x01\"]"), std::string("[\r1]"), std::string("[\"\xff\"]"),
        std::string(R"(["\ud83d"])"), std::string("- a"), deep})
    EXPECT_FALSE(quickly(text).read) << text;
}

TEST(JsonList, StopsWhereItIsTold) {
  int taken = 0;
  EXPECT_FALSE(read_json_list("[1, 2, 3]", [&](const YamlNode&) { return ++taken < 2; }));
  EXPECT_EQ(taken, 2);
}

TEST(JsonList, LooksAtTheFirstCharacterOnly) {
  EXPECT_TRUE(looks_like_json(" \n[a: b"));
  EXPECT_TRUE(looks_like_json("{"));
  for (const char* text : {"", " ", "- a", "a", "\"a\"", "# [\n[]"})
    EXPECT_FALSE(looks_like_json(text)) << text;
}

}  // namespace
}  // namespace tenantscope
