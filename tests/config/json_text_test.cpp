// JSON is read by a way of its own: it has to come to the tree, places included, that yaml-cpp
// comes to with the same text.
#include "config/json_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "config/yaml_tree.hpp"

namespace tenantscope {
namespace {

std::string shown(const YamlNode& node) {
  std::string text = "@" + std::to_string(node.line) + ":" + std::to_string(node.column);
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null" + text;
    case YamlNode::Kind::alias:
      return "alias" + text;
    case YamlNode::Kind::scalar:
      return (node.quoted ? "'" + node.scalar + "'" : node.scalar) + text;
    case YamlNode::Kind::sequence:
    case YamlNode::Kind::map:
      break;
  }
  text += node.kind == YamlNode::Kind::map ? "{" : "[";
  for (std::size_t i = 0; i < node.items.size(); ++i)
    text += (node.keys.empty() ? "" : shown(node.keys[i]) + ": ") + shown(node.items[i]) + ", ";
  return text + "|";
}

struct Read {
  std::string tree;
  std::vector<ConfigFinding> findings;
};

Read read(const std::string& text) {
  Read read;
  FileFindings findings("t.json", read.findings);
  read.tree = shown(parse_yaml(text, findings));
  return read;
}

std::vector<std::string> texts() {
  return {
      "[]",
      " \r\n\t[ ] \n",
      R"(["a", "", "true", "1"])",
      R"([true, false, null, 0, -12, 18446744073709551615, 1.5, 1e3])",
      R"([{"name":"a.example","interval":"5m","confirmations":3,"labels":{"team":"x y","b":""}}])",
      R"([{}, [], [[1]], {"a": {"b": [{"c": null}]}}])",
      R"([
 {
  "name": "a.example",
  "expect": {"b2b": "supported"}
 },
 {"name": "b.example"}
]
)",
      R"(["b\u00fccher", "x\/y", "\"\\\n\t", "ö", 1])",
      R"(["\ud83d\ude00", "😀\\", [2]])",
      R"({"a" : [1 , 2] , "ü":{"b,c:}]": 1}, "n": null})",
      "\xEF\xBB\xBF[\"a\", 1]",
  };
}

// A comment at its end makes a text YAML.
TEST(JsonText, ComesToTheSameTreeAsYaml) {
  for (const std::string& text : texts()) {
    const Read quickly = read(text);
    EXPECT_TRUE(quickly.findings.empty()) << text << to_string(quickly.findings.front());
    EXPECT_EQ(quickly.tree, read(text + " # YAML").tree) << text;
  }
}

constexpr std::array white_space{"", " ", "\t", "\n", "\r\n", "\n\n  ", " \t\n\t "};

// Tokens with white space between them, wherever JSON lets it stand.
std::string spaced(const std::vector<std::string>& tokens,
                   const std::function<std::string()>& space) {
  std::string text = space();
  for (const std::string& token : tokens)
    text += token + space();
  return text;
}

void expect_one_tree(const std::string& text) {
  SCOPED_TRACE(testing::PrintToString(text));
  const Read quickly = read(text);
  ASSERT_TRUE(quickly.findings.empty()) << to_string(quickly.findings.front());
  const Read as_yaml = read(text + " # YAML");
  ASSERT_TRUE(as_yaml.findings.empty()) << to_string(as_yaml.findings.front());
  ASSERT_EQ(quickly.tree, as_yaml.tree);
}

const std::vector<std::string> tokens{"[",
                                      "{",
                                      R"("name")",
                                      ":",
                                      R"("ü \"x\"\n: ")",
                                      ",",
                                      R"("n")",
                                      ":",
                                      "-1.5e3",
                                      ",",
                                      R"("l")",
                                      ":",
                                      "{",
                                      R"(":")",
                                      ":",
                                      "true",
                                      "}",
                                      ",",
                                      R"("#")",
                                      ":",
                                      "[",
                                      "null",
                                      ",",
                                      "[",
                                      "]",
                                      "]",
                                      "}",
                                      ",",
                                      "{",
                                      "}",
                                      ",",
                                      R"("\ud83d\ude00")",
                                      ",",
                                      "0",
                                      "]"};

TEST(JsonText, ComesToTheSameTreeWithOneKindOfWhiteSpace) {
  for (const char* space : white_space)
    expect_one_tree(spaced(tokens, [&] { return space; }));
}

TEST(JsonText, ComesToTheSameTreeWithWhiteSpaceAtOnePlace) {
  for (const char* space : white_space)
    for (std::size_t place = 0; place <= tokens.size(); ++place) {
      std::size_t at = 0;
      expect_one_tree(spaced(tokens, [&] { return at++ == place ? space : ""; }));
    }
}

TEST(JsonText, ComesToTheSameTreeHoweverItIsSpaced) {
  std::mt19937 random(20261130);
  for (int round = 0; round < 500; ++round)
    expect_one_tree(spaced(tokens, [&] { return white_space[random() % white_space.size()]; }));
}

// What is no JSON all the same is read as it was before: quotes in comments and plain text open
// nothing.
TEST(JsonText, BringsNoColonIntoAnotherText) {
  EXPECT_EQ(read("{a: 1, # 5\"\n b: \"\n : y\"}").tree, "@1:1{a@1:2: 1@1:5, b@2:2: ' : y'@2:5, |");
  EXPECT_EQ(read("{a: it's, \"b\"\n: 'c''\n:'}").tree,
            "@1:1{a@1:2: it's@1:5, 'b'@1:11: 'c' :'@2:3, |");
}

TEST(JsonText, KnowsWhatIsNoJson) {
  for (const std::string& text : texts()) {
    const bool marked = text.starts_with("\xEF");  // which is taken off before
    EXPECT_EQ(find_json_flaw(text, {}).has_value(), marked) << text;
  }
  for (const char* text : {"[", "[]]", "[] 1", "[1,]", "[{name: a.example}]", "[\"a\" \"b\"]",
                           "{\"a\"}", R"(["\ud83d"])", "[\"\x01\"]", "[1 # c\n]"})
    EXPECT_TRUE(find_json_flaw(text, {})) << text;
}

TEST(JsonText, IsYamlWhereItIsNoJson) {
  EXPECT_EQ(read("[{name: a.example,},]").tree, "@1:1[@1:2{name@1:3: a.example@1:9, |, |");
  EXPECT_EQ(read("[a").findings.size(), 1u);
}

TEST(JsonText, TooLargeForYamlSaysWhereItIsNoJson) {
  std::string text = "[\n";
  while (text.size() < 2 * most_in_one_piece)
    text += "{\"name\": \"ü.example\"},\n";
  const Read broken = read(text + "{\"ü\": x}]");
  ASSERT_EQ(broken.findings.size(), 1u);
  const int last = int(std::ranges::count(text, '\n')) + 1;
  EXPECT_EQ(broken.findings[0].line, last);
  EXPECT_EQ(broken.findings[0].column, 7);
  EXPECT_TRUE(broken.findings[0].message.starts_with("not valid JSON: "))
      << broken.findings[0].message;
}

TEST(JsonText, LooksAtTheFirstCharacterOnly) {
  EXPECT_TRUE(looks_like_json(" \n[a: b"));
  EXPECT_TRUE(looks_like_json("{"));
  for (const char* text : {"", " ", "- a", "a", "\"a\"", "# [\n[]"})
    EXPECT_FALSE(looks_like_json(text)) << text;
}

}  // namespace
}  // namespace tenantscope
