// From the events of a parser to a tree with places, strictly: refuses duplicate keys, keys that
// are no text, maps of more than 64 keys, nesting deeper than 64 and more values than a tree may
// hold, while the text is parsed. A list can be given away item by item instead. For
// config/yaml_tree and config/json_text.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/findings.hpp"

namespace tenantscope {

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

inline constexpr std::size_t most_keys = 64;  // of a map
inline constexpr std::size_t deepest = 64;    // of lists and maps in one another

// A list in an item of a list, which may be longer than an item may else be.
struct LongList {
  std::string_view key = {};  // in the item's map; empty: there is none
  std::size_t most = 0;       // values
  std::string full = {};      // the finding where there are more
};

// A list whose items are given away: they don't become part of the tree.
struct ItemTaker {
  // False: reading ends.
  std::function<bool(YamlNode& item)> take;  // empty: there is no such list
  std::string_view key = {};                 // of the root's map; empty: the root is the list
  LongList long_list = {};
};

// Ends the reading of a text that isn't worth reading on, or that nobody waits for any more.
struct ReadingEnded {};

class TreeBuilder {
 public:
  // `most_values`: of the tree; an item that is given away has its own, smaller limit. REQUIRES:
  // the references outlive it.
  TreeBuilder(FileFindings& findings, const ItemTaker& items, std::size_t most_values)
      : findings_(findings), items_(items), most_values_(most_values) {}

  // These throw ReadingEnded.
  void open(YamlNode::Kind kind, TextPlace at);
  void close();
  void add(YamlNode&& node);  // a scalar, a null or an alias
  void refuse(TextPlace at, std::string message);

  YamlNode take_root() { return std::move(root_); }

 private:
  struct Open {
    YamlNode node;
    bool key_refused = false;
  };

  [[noreturn]] void end(TextPlace at, std::string message);
  void count(TextPlace at);
  bool in_long_list() const;
  void put(YamlNode&& node);
  void put_key(Open& map, YamlNode&& key);
  bool gives_items_away() const;

  FileFindings& findings_;
  const ItemTaker& items_;
  const std::size_t most_values_;
  std::vector<Open> open_;
  YamlNode root_;
  std::size_t taken_list_ = 0;  // its depth in `open_`; 0: it isn't open
  std::size_t values_ = 0;
  std::size_t values_of_item_ = 0;
  std::size_t values_of_long_list_ = 0;
};

}  // namespace tenantscope
