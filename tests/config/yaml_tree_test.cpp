#include "config/yaml_tree.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenantscope {
namespace {

using namespace std::string_literals;

std::string place(const YamlNode& node) {
  return "@" + std::to_string(node.line) + ":" + std::to_string(node.column);
}

// The tree on one line, with every place: {a@1:1: 'x'@1:4}@1:1
std::string shown(const YamlNode& node) {
  std::string text;
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null" + place(node);
    case YamlNode::Kind::alias:
      return "alias" + place(node);
    case YamlNode::Kind::scalar:
      return (node.quoted ? "'" + node.scalar + "'" : node.scalar) + place(node);
    case YamlNode::Kind::sequence:
      for (const YamlNode& item : node.items)
        text += (text.empty() ? "" : ", ") + shown(item);
      return "[" + text + "]" + place(node);
    case YamlNode::Kind::map:
      for (std::size_t i = 0; i < node.keys.size(); ++i)
        text += (text.empty() ? "" : ", ") + shown(node.keys[i]) + ": " + shown(node.items[i]);
      return "{" + text + "}" + place(node);
  }
  return {};
}

struct Good {
  std::string text;
  std::string tree;
};

void expect_trees(const std::string& file, const std::vector<Good>& cases) {
  for (const auto& [text, tree] : cases) {
    std::vector<ConfigFinding> findings;
    EXPECT_EQ(shown(parse_yaml(text, file, findings)), tree) << text;
    for (const ConfigFinding& finding : findings)
      ADD_FAILURE() << text << to_string(finding);
  }
}

TEST(YamlTree, KeepsEveryPlace) {
  expect_trees("f.yaml",
               {
                   {"", "null@1:1"},
                   {"# nothing\n", "null@1:1"},
                   {"---\n", "null@2:1"},
                   {"a: b\n", "{a@1:1: b@1:4}@1:1"},
                   {"---\na: b\n...\n", "{a@2:1: b@2:4}@2:1"},
                   {"%YAML 1.2\n---\na: b\n", "{a@3:1: b@3:4}@3:1"},
                   {"a:\n  - b\n  - c: d\n    e: [f, \"g\"]\n",
                    "{a@1:1: [b@2:5, {c@3:5: d@3:8, e@4:5: [f@4:9, 'g'@4:12]@4:8}@3:5]@2:3}@1:1"},
                   {"a: |\n  x\n  y\nb: >-\n  z\n", "{a@1:1: 'x\ny\n'@1:4, b@4:1: 'z'@4:4}@1:1"},
                   {"a: x\n  y\n", "{a@1:1: x y@1:4}@1:1"},
                   {"'a': 'it''s'\n", "{'a'@1:1: 'it's'@1:6}@1:1"},
                   {"a: ! 5\n", "{a@1:1: '5'@1:4}@1:1"},
                   {"a: b\r\nc:\r\n  d: e\r\n", "{a@1:1: b@1:4, c@2:1: {d@3:3: e@3:6}@3:3}@1:1"},
                   {"\xEF\xBB\xBF"
                    "a: b\n",
                    "{a@1:1: b@1:4}@1:1"},
                   {"a:\tb\t# c\n", "{a@1:1: b@1:4}@1:1"},
               });
}

TEST(YamlTree, CountsCharactersNotBytes) {
  expect_trees("f.yaml", {
                             {"{ü: €, 😀: x}\n", "{ü@1:2: €@1:5, 😀@1:8: x@1:11}@1:1"},
                             {"\xEF\xBB\xBF"
                              "ä: ö\nb: ü\n",
                              "{ä@1:1: ö@1:4, b@2:1: ü@2:4}@1:1"},
                         });
}

TEST(YamlTree, PlacesWhatIsEmptyAtItsKeyOrDash) {
  expect_trees("f.yaml", {
                             {"a:\nb: c\n", "{a@1:1: null@1:1, b@2:1: c@2:4}@1:1"},
                             {"a: # later\n\n  # more\n", "{a@1:1: null@1:1}@1:1"},
                             {"a: ~\n", "{a@1:1: null@1:1}@1:1"},
                             {"a: null\n", "{a@1:1: null@1:1}@1:1"},
                             {"a: 'null'\n", "{a@1:1: 'null'@1:4}@1:1"},
                             {"- \n# c - x\n\n- a\n-\n", "[null@1:1, a@4:3, null@5:1]@1:1"},
                             {"a:\n  - # - why\n  - ~\nb: c\n",
                              "{a@1:1: [null@2:3, null@3:3]@2:3, b@4:1: c@4:4}@1:1"},
                             {"- - -\n- x\n", "[[[null@1:5]@1:5]@1:3, x@2:3]@1:1"},
                             {"[a, , ~]\n", "[a@1:2, null@1:5, null@1:7]@1:1"},
                         });
}

TEST(YamlTree, ReadsJson) {
  expect_trees("f.json", {
                             {R"([{"name":"a","n":5,"t":true,"z":null,"l":[]}])",
                              "[{'name'@1:3: 'a'@1:10, 'n'@1:14: 5@1:18, 't'@1:20: true@1:24, "
                              "'z'@1:29: null@1:29, 'l'@1:38: []@1:42}@1:2]@1:1"},
                             {R"(["a\/b", "\u00e9\u20AC", "\"\\\b\f\n\r\t"])",
                              "['a/b'@1:2, 'é€'@1:10, '\"\\\b\f\n\r\t'@1:26]@1:1"},
                             {R"(["\ud83d\ude00", "x", "\uD83D\uDE00\ud83d\ude00", "y"])",
                              "['😀'@1:2, 'x'@1:18, '😀😀'@1:23, 'y'@1:51]@1:1"},
                             {R"(["\\ud83d\\ude00", "\\\ud83d\ude00", "é", "z"])",
                              R"(['\ud83d\ude00'@1:2, '\😀'@1:20, 'é'@1:38, 'z'@1:43]@1:1)"},
                             {"{\n  \"a\": {\n    \"b\": 1\n  }\n}\n",
                              "{'a'@2:3: {'b'@3:5: 1@3:10}@2:8}@1:1"},
                         });
}

struct Bad {
  std::string text;
  std::vector<std::string> findings;
};

void expect_findings(const std::string& file, const std::vector<Bad>& cases) {
  for (const auto& [text, expected] : cases) {
    std::vector<ConfigFinding> findings;
    parse_yaml(text, file, findings);
    std::vector<std::string> shown_findings;
    shown_findings.reserve(findings.size());
    for (const ConfigFinding& finding : findings)
      shown_findings.push_back(to_string(finding));
    EXPECT_EQ(shown_findings, expected) << text;
  }
}

TEST(YamlTree, RefusesWhatIsNoText) {
  expect_findings("f", {
                           {"a: 1\nb: x\xff\n", {"f:2:5: not UTF-8: the byte 0xff"}},
                           {"é: \xc3\n", {"f:1:4: not UTF-8: the byte 0xc3"}},
                           {"a: \xc0\xaf\n", {"f:1:4: not UTF-8: the byte 0xc0"}},
                           {"a: \xed\xa0\x80\n", {"f:1:4: not UTF-8: the byte 0xed"}},
                           {"a: \xf4\x90\x80\x80\n", {"f:1:4: not UTF-8: the byte 0xf4"}},
                           {"a: \xe2\x82", {"f:1:4: not UTF-8: the byte 0xe2"}},
                           {"\xff\xfe"
                            "a\0:\0"s,
                            {"f:1:1: not UTF-8: the byte 0xff"}},
                           {"a: b\n\0c"s, {"f:2:1: a control character, 0x00: take it out"}},
                           {"a: \x1b[0m\n", {"f:1:4: a control character, 0x1b: take it out"}},
                           {"a: b\x7f\n", {"f:1:5: a control character, 0x7f: take it out"}},
                           {"a: b\rc: d\r", {"f:1:5: a control character, 0x0d: take it out"}},
                       });
}

TEST(YamlTree, GivesTheFirstSyntaxError) {
  expect_findings(
      "f",
      {
          {"a: b: c\n",
           {"f:1:5: a `:` can't stand here: check the indentation (spaces, no tabs), or put the "
            "text in quotes"}},
          {"a:\n\tb: c\n", {"f:2:1: a tab in the indentation: use spaces"}},
          {"a:\n  b: c\n\t d: e\n", {"f:3:1: a tab in the indentation: use spaces"}},
          {"a:\n  \tb: c\n  d: e\n", {"f:2:3: a tab in the indentation: use spaces"}},
          {"a:\n  b:\u00a0c\n  d: e\n",
           {"f:2:5: a no-break space (U+00A0), which looks like a space and is none"}},
          {"b\u00fc: c\na: b\u00a0: c: d\n",
           {"f:2:5: a no-break space (U+00A0), which looks like a space and is none"}},
          {"\n\n\u00a0a: b\nc: [\n", {"f:5:1: a `,` or `]` is missing before this"}},
          {"a: b\n  c: d\n",
           {"f:2:4: a `:` can't stand here: check the indentation (spaces, no tabs), or put the "
            "text in quotes"}},
          {"a:\n  - b\n c: d\n",
           {"f:3:2: this doesn't belong to the map before it: check the indentation"}},
          {"a: - b\n", {"f:1:4: a list item can't begin here: give each a line of its own"}},
          {"a: @b\nc: @d\n", {"f:1:4: a text can't begin with this character: put it in quotes"}},
          {"a: {b: c\n", {"f:2:1: a `,` or `}` is missing before this"}},
          {"a: [b\nc: d\n", {"f:2:2: a `,` or `]` is missing before this"}},
          {"a: b\n]\n", {"f:2:1: a closing bracket without its opening one"}},
          {"a: 'b\nc: d\n", {"f:1:4: the quote that opens here isn't closed"}},
          {"a: 'b", {"f:1:6: a quote isn't closed"}},
          {"a: \"b\\\"\n", {"f:1:4: the quote that opens here isn't closed"}},
          {"a: \"\\q\"\n", {"f:1:7: not valid YAML: unknown escape character: q"}},
          {"a: \"\\ud83d\"\n", {"f:1:11: not valid YAML: invalid unicode: 55357"}},
          {"é: \"ü\" x: y\n",
           {"f:1:8: this doesn't belong to the map before it: check the indentation"}},
      });
  expect_findings(
      "f.json", {
                    {R"(["\ude00\ud83d"])", {"f.json:1:9: not valid YAML: invalid unicode: 56832"}},
                    {R"(["\ud83d\u0041"])", {"f.json:1:9: not valid YAML: invalid unicode: 55357"}},
                });
}

TEST(YamlTree, RefusesWhatIsTooCleverAllAtOnce) {
  expect_findings(
      "f",
      {
          {"a: &x 1\nb: *x\nc: *x\n",
           {"f:1:4: an anchor, `&x`: anchors and aliases aren't allowed",
            "f:2:4: an alias: write the value out", "f:3:4: an alias: write the value out"}},
          {"a: *x\n", {"f:1:4: an alias: write the value out"}},
          {"a: &x\n", {"f:1:4: an anchor, `&x`: anchors and aliases aren't allowed"}},
          {"*x : 1\n", {"f:1:1: an alias: write the value out"}},
          {"a: &x {b: 1}\n*x : 2\n",
           {"f:1:4: an anchor, `&x`: anchors and aliases aren't allowed",
            "f:2:1: an alias: write the value out"}},
          {"a: !!str 1\nb: !x [c]\nd: !<tag:y> {}\n",
           {"f:1:4: a tag, `tag:yaml.org,2002:str`: tags aren't allowed",
            "f:2:4: a tag, `!x`: tags aren't allowed",
            "f:3:4: a tag, `tag:y`: tags aren't allowed"}},
          {"[a]: 1\n~: 2\n? {b: c}\n: 3\n: 4\n",
           {"f:1:1: a key has to be a text: put it in quotes, or give it a name",
            "f:2:1: a key has to be a text: put it in quotes, or give it a name",
            "f:3:3: a key has to be a text: put it in quotes, or give it a name",
            "f:5:1: a key has to be a text: put it in quotes, or give it a name"}},
          {"a: 1\nb: 2\na: 3\na: 4\nc: {d: 1, \"d\": 2}\n",
           {"f:3:1: duplicate key `a`, given first at 1:1",
            "f:4:1: duplicate key `a`, given first at 1:1",
            "f:5:11: duplicate key `d`, given first at 5:5"}},
          {"\"x\\ny\": 1\n\"x\\ny\": 1\n", {"f:2:1: duplicate key `x\\x0ay`, given first at 1:1"}},
          {"a: 1\n---\nb: 2\n---\nc: 3\n",
           {"f:2:1: a second document, or something outside of the first: only one is allowed; "
            "check the indentation"}},
          {"{a: 1} b\n",
           {"f:1:8: a second document, or something outside of the first: only one is allowed; "
            "check the indentation"}},
          {"  a: 1\n b: 2\n",
           {"f:2:2: a second document, or something outside of the first: only one is allowed; "
            "check the indentation"}},
      });
}

TEST(YamlTree, KeepsTheFirstOfDuplicateKeysAndPassesOverRefusedOnes) {
  std::vector<ConfigFinding> findings;
  const YamlNode tree = parse_yaml("b: 1\na: 2\n[x]: 3\nb: 4\nc: *none\n", "f", findings);
  EXPECT_EQ(tree.kind, YamlNode::Kind::null);
  findings.clear();
  EXPECT_EQ(shown(parse_yaml("b: &x 1\na: 2\n[x]: 3\nb: 4\nc: *x\n", "f", findings)),
            "{b@1:1: 1@1:4, a@2:1: 2@2:4, c@5:1: alias@5:4}@1:1");
  EXPECT_EQ(findings.size(), 4u);
}

TEST(YamlTree, RefusesDeepNestingWithoutOverflow) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  expect_findings("f", {
                           {nested(64), {}},
                           {nested(65), {"f:1:65: nested deeper than 64 levels"}},
                           {nested(50'000), {"f:1:65: nested deeper than 64 levels"}},
                       });
  for (const char* piece : {"[", "{", "{a: ", "[{", "- ", "? ", "- ? "}) {
    std::string text;
    while (text.size() < 30'000)
      text += piece;
    std::vector<ConfigFinding> findings;
    parse_yaml(text, "f", findings);
    ASSERT_EQ(findings.size(), 1u) << piece;
    EXPECT_EQ(findings[0].message, "nested deeper than 64 levels") << piece;
  }
}

TEST(YamlTree, FindsValuesByKey) {
  std::vector<ConfigFinding> findings;
  const YamlNode tree = parse_yaml("a: 1\nb: 2\n", "f", findings);
  ASSERT_NE(tree.find("b"), nullptr);
  EXPECT_EQ(tree.find("b")->scalar, "2");
  EXPECT_EQ(tree.find("c"), nullptr);
  EXPECT_EQ(tree.find("b")->find("a"), nullptr);
}

}  // namespace
}  // namespace tenantscope
