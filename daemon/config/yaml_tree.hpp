// A YAML document as a tree that remembers where everything stands: what the strict readers of
// configuration, tenant lists and scenarios walk. The only user of yaml-cpp. Refuses anchors,
// aliases, tags, a second document, duplicate keys, keys that are no text, nesting deeper than 64,
// control characters and what isn't UTF-8.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenantscope {

// One thing that is wrong in a file; lines and columns count from 1.
struct ConfigFinding {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;

  auto operator<=>(const ConfigFinding&) const = default;
};

// "FILE:LINE:COLUMN: message"
std::string to_string(const ConfigFinding& finding);

struct YamlNode {
  enum class Kind {
    null,
    scalar,
    sequence,
    map,
    alias
  };  // an alias is in the findings already: pass over it

  Kind kind = Kind::null;
  int line = 1;  // of an empty value: its key's place
  int column = 1;
  bool quoted = false;  // a scalar in quotes is a string whatever it looks like
  std::string scalar;
  std::vector<YamlNode> items;  // of a sequence; of a map: the values
  std::vector<YamlNode> keys;   // of a map, beside `items`

  // nullptr where the map has no such key.
  const YamlNode* find(std::string_view key) const;
};

// Parses `text`; what is wrong goes to `findings` under the name `file` (of syntax errors, the
// first). An empty document is a null node, and so is one with a syntax error. Of duplicate keys
// the first is in the tree. JSON is read as well; where `file` ends in .json or the text begins as
// JSON does, its pairs of \u escapes for one character too.
YamlNode parse_yaml(std::string_view text, const std::string& file,
                    std::vector<ConfigFinding>& findings);

}  // namespace tenantscope
