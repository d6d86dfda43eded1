#include "config/tree_builder.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text/quotation.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_values_of_item = 1'000;

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::ranges::find(keys, key, &YamlNode::scalar);
  return found == keys.end() ? nullptr : &items[std::size_t(found - keys.begin())];
}

void TreeBuilder::refuse(TextPlace at, std::string message) {
  findings_.add(at, std::move(message));
  if (findings_.end_reading())
    throw ReadingEnded{};
}

void TreeBuilder::end(TextPlace at, std::string message) {
  findings_.add(at, std::move(message));
  throw ReadingEnded{};
}

void TreeBuilder::open(YamlNode::Kind kind, TextPlace at) {
  if (open_.size() == deepest)
    end(at, fmt::format("nested deeper than {} levels", deepest));
  count(at);
  YamlNode& node = open_.emplace_back().node;
  node.kind = kind;
  node.line = at.line;
  node.column = at.column;
  if (gives_items_away())
    taken_list_ = open_.size();
}

void TreeBuilder::close() {
  if (open_.size() == taken_list_)
    taken_list_ = 0;
  YamlNode closed = std::move(open_.back().node);
  open_.pop_back();
  put(std::move(closed));
}

void TreeBuilder::add(YamlNode&& node) {
  count({node.line, node.column});
  put(std::move(node));
}

// Whether the list that has just been opened is the one.
bool TreeBuilder::gives_items_away() const {
  if (!items_.take || open_.back().node.kind != YamlNode::Kind::sequence)
    return false;
  if (items_.key.empty())
    return open_.size() == 1;
  const Open& root = open_.front();
  return open_.size() == 2 && root.node.kind == YamlNode::Kind::map && !root.key_refused &&
         root.node.keys.size() > root.node.items.size() &&
         root.node.keys.back().scalar == items_.key;
}

// Whether what comes next is in an item's long list.
bool TreeBuilder::in_long_list() const {
  if (items_.long_list.key.empty() || open_.size() < taken_list_ + 2)
    return false;
  const YamlNode& item = open_[taken_list_].node;
  return item.kind == YamlNode::Kind::map && item.keys.size() > item.items.size() &&
         item.keys.back().scalar == items_.long_list.key;
}

void TreeBuilder::count(TextPlace at) {
  if (taken_list_ && in_long_list()) {
    if (++values_of_long_list_ > items_.long_list.most)
      end(at, items_.long_list.full);
    return;
  }
  const std::size_t most = taken_list_ ? most_values_of_item : most_values_;
  if (++(taken_list_ ? values_of_item_ : values_) > most)
    end(at, taken_list_ ? fmt::format("over {} values in one item of a list", most)
                        : fmt::format("over {} values: reading ended here", most));
}

void TreeBuilder::put(YamlNode&& node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (open_.size() == taken_list_) {
    values_of_item_ = values_of_long_list_ = 0;
    if (!items_.take(node))
      throw ReadingEnded{};
  } else if (parent.node.kind == YamlNode::Kind::sequence) {
    parent.node.items.push_back(std::move(node));
  } else if (parent.node.keys.size() == parent.node.items.size()) {
    put_key(parent, std::move(node));
  } else if (std::exchange(parent.key_refused, false)) {
    parent.node.keys.pop_back();
  } else {
    if (node.kind == YamlNode::Kind::null) {
      node.line = parent.node.keys.back().line;
      node.column = parent.node.keys.back().column;
    }
    parent.node.items.push_back(std::move(node));
  }
}

// A refused one stands there until its value has come.
void TreeBuilder::put_key(Open& map, YamlNode&& key) {
  const TextPlace at{key.line, key.column};
  const auto& keys = map.node.keys;
  if (keys.size() == most_keys)
    end(at, fmt::format("over {} keys in one map, the most that a map may have", most_keys));
  map.key_refused = true;
  if (key.kind == YamlNode::Kind::scalar) {
    const auto first = std::ranges::find(keys, key.scalar, &YamlNode::scalar);
    map.key_refused = first != keys.end();
    if (map.key_refused)
      refuse(at, fmt::format("duplicate key {}, given first at {}:{}", quote(key.scalar),
                             first->line, first->column));
  } else if (key.kind != YamlNode::Kind::alias) {
    refuse(at, "a key has to be a text: put it in quotes, or give it a name");
  }
  map.node.keys.push_back(std::move(key));
}

}  // namespace tenantscope
