#include "config/yaml_tree.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/text/quotation.hpp"
#include "config/json_list.hpp"
#include "config/yaml_text.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::string_view alias_message = "an alias: write the value out";

struct Meaning {
  std::string_view theirs;
  std::string_view ours;
};
const std::array meanings{
    Meaning{YAML::ErrorMsg::MAP_VALUE,
            "a `:` can't stand here: check the indentation (spaces, no tabs), or put the text in "
            "quotes"},
    Meaning{YAML::ErrorMsg::BLOCK_ENTRY,
            "a list item can't begin here: give each a line of its own"},
    Meaning{YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab in the indentation: use spaces"},
    Meaning{YAML::ErrorMsg::UNKNOWN_TOKEN,
            "a text can't begin with this character: put it in quotes"},
    Meaning{YAML::ErrorMsg::END_OF_MAP,
            "this doesn't belong to the map before it: check the indentation"},
    Meaning{YAML::ErrorMsg::END_OF_SEQ,
            "this doesn't belong to the list before it: check the indentation"},
    Meaning{YAML::ErrorMsg::END_OF_MAP_FLOW, "a `,` or `}` is missing before this"},
    Meaning{YAML::ErrorMsg::END_OF_SEQ_FLOW, "a `,` or `]` is missing before this"},
    Meaning{YAML::ErrorMsg::FLOW_END, "a closing bracket without its opening one"},
    Meaning{YAML::ErrorMsg::EOF_IN_SCALAR, "a quote isn't closed"},
    Meaning{YAML::ErrorMsg::UNKNOWN_ANCHOR, alias_message},
};

std::string explain(const std::string& message) {
  const auto known = std::ranges::find_if(
      meanings, [&](const Meaning& each) { return message.starts_with(each.theirs); });
  return known == meanings.end() ? "not valid YAML: " + message : std::string(known->ours);
}

YamlMark at(const YAML::Mark& mark) {
  if (mark.is_null())
    return {};
  return {std::size_t(mark.pos), std::size_t(mark.line), std::size_t(mark.column)};
}

// Ends the parse of a document that isn't worth reading on.
struct Abandoned {};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlText& text, const std::string& file, std::vector<ConfigFinding>& findings)
      : text_(text), file_(file), findings_(findings) {}

  YamlNode take_root() { return std::move(root_); }
  bool last_quote_closed() const { return text_.quote_closed(last_scalar_.offset); }

  void refuse(const YamlMark& mark, std::string message) {
    const TextPlace place = text_.place(mark);
    findings_.push_back({file_, place.line, place.column, std::move(message)});
  }
  void refuse_last_scalar(std::string message) { refuse(last_scalar_, std::move(message)); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) {
      refuse(at(mark),
             "a second document, or something outside of the first: only one is allowed; check the "
             "indentation");
      throw Abandoned{};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    const bool item_of_block =
        !open_.empty() && open_.back().node.kind == YamlNode::Kind::sequence && !open_.back().flow;
    add(node(YamlNode::Kind::null, item_of_block ? text_.dash_before(at(mark)) : at(mark)));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(at(mark), std::string(alias_message));
    add(node(YamlNode::Kind::alias, at(mark)));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    refuse_tag(mark, tag);
    last_scalar_ = at(mark);
    YamlNode scalar = node(YamlNode::Kind::scalar, last_scalar_);
    scalar.quoted = tag == "!";
    scalar.scalar = value;
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::sequence, mark, tag, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::map, mark, tag, style);
  }
  void OnMapEnd() override {
    refuse_duplicates(open_.back().node);
    close();
  }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    refuse(at(mark),
           fmt::format("an anchor, {}: anchors and aliases aren't allowed", quote("&" + name)));
  }

 private:
  struct Open {
    YamlNode node;
    bool flow = false;
    bool key_refused = false;
  };

  YamlNode node(YamlNode::Kind kind, const YamlMark& mark) const {
    const TextPlace place = text_.place(mark);
    YamlNode made;
    made.kind = kind;
    made.line = place.line;
    made.column = place.column;
    return made;
  }

  // yaml-cpp gives "?" to what has no tag, and "!" to what is in quotes.
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag != "?" && tag != "!" && !tag.empty())
      refuse(at(mark), fmt::format("a tag, {}: tags aren't allowed", quote(tag)));
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::EmitterStyle::value style) {
    refuse_tag(mark, tag);
    if (open_.size() == deepest) {
      refuse(at(mark), fmt::format("nested deeper than {} levels", deepest));
      throw Abandoned{};
    }
    open_.push_back({node(kind, at(mark)), style == YAML::EmitterStyle::Flow});
  }

  void close() {
    YamlNode closed = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(closed));
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& [parent, flow, key_refused] = open_.back();
    if (parent.kind == YamlNode::Kind::sequence) {
      parent.items.push_back(std::move(node));
    } else if (parent.keys.size() == parent.items.size()) {
      key_refused = node.kind != YamlNode::Kind::scalar;
      if (key_refused && node.kind != YamlNode::Kind::alias)
        findings_.push_back({file_, node.line, node.column,
                             "a key has to be a text: put it in quotes, or give it a name"});
      parent.keys.push_back(std::move(node));
    } else if (key_refused) {
      parent.keys.pop_back();
    } else {
      if (node.kind == YamlNode::Kind::null) {
        node.line = parent.keys.back().line;
        node.column = parent.keys.back().column;
      }
      parent.items.push_back(std::move(node));
    }
  }

  void refuse_duplicates(YamlNode& map) {
    if (map.keys.size() < 2)
      return;
    std::vector<std::size_t> order(map.keys.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(
        order, {}, [&](std::size_t i) -> const std::string& { return map.keys[i].scalar; });

    std::vector<std::size_t> kept;
    for (std::size_t i : order) {
      const YamlNode& key = map.keys[i];
      if (kept.empty() || map.keys[kept.back()].scalar != key.scalar) {
        kept.push_back(i);
      } else {
        const YamlNode& first = map.keys[kept.back()];
        findings_.push_back({file_, key.line, key.column,
                             fmt::format("duplicate key {}, given first at {}:{}",
                                         quote(key.scalar), first.line, first.column)});
      }
    }
    if (kept.size() == map.keys.size())
      return;

    std::ranges::sort(kept);
    std::vector<YamlNode> keys, items;
    for (std::size_t i : kept) {
      keys.push_back(std::move(map.keys[i]));
      items.push_back(std::move(map.items[i]));
    }
    map.keys = std::move(keys);
    map.items = std::move(items);
  }

  const YamlText& text_;
  const std::string& file_;
  std::vector<ConfigFinding>& findings_;
  std::vector<Open> open_;
  YamlNode root_;
  YamlMark last_scalar_;
  bool started_ = false;
};

}  // namespace

std::string to_string(const ConfigFinding& finding) {
  return fmt::format("{}:{}:{}: {}", finding.file, finding.line, finding.column, finding.message);
}

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::ranges::find(keys, key, &YamlNode::scalar);
  return found == keys.end() ? nullptr : &items[std::size_t(found - keys.begin())];
}

YamlNode parse_yaml(std::string_view text, const std::string& file,
                    std::vector<ConfigFinding>& findings) {
  const YamlText source(text, file.ends_with(".json") || looks_like_json(text));
  if (auto flaw = source.flaw()) {
    findings.push_back({file, flaw->place.line, flaw->place.column, std::move(flaw->message)});
    return {};
  }

  TreeBuilder builder(source, file, findings);
  YamlNode root;
  try {
    std::istringstream stream(source.text());
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    root = builder.take_root();
    if (!builder.last_quote_closed()) {
      builder.refuse_last_scalar("the quote that opens here isn't closed");
      return {};
    }
    parser.HandleNextDocument(builder);
    return root;
  } catch (const YAML::Exception& error) {
    builder.refuse(at(error.mark), explain(error.msg));
    return {};
  } catch (const Abandoned&) {
    return root;
  }
}

}  // namespace tenantscope
