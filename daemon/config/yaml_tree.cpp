#include "config/yaml_tree.hpp"

#include <algorithm>
#include <array>
#include <istream>
#include <optional>
#include <streambuf>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/text/quotation.hpp"
#include "config/json_text.hpp"
#include "config/yaml_text.hpp"

namespace tenantscope {
namespace {

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

// A text as yaml-cpp's stream, in small pieces. It ends the reading where it is cancelled, or where
// much has been read since the last event: that is what yaml-cpp has in its memory.
class WatchedText : public std::streambuf {
 public:
  WatchedText(std::string_view text, const Cancelled& cancelled)
      : rest_(text), cancelled_(cancelled) {}

  struct TooLong {};

  void event() { since_event_ = 0; }

 protected:
  int_type underflow() override {
    if (rest_.empty())
      return traits_type::eof();
    if (is_cancelled(cancelled_))
      throw ReadingEnded{};
    const std::string_view taken = rest_.substr(0, piece);
    rest_.remove_prefix(taken.size());
    count(taken);
    if (since_event_ > most_in_one_piece)
      throw TooLong{};
    char* const begin = const_cast<char*>(taken.data());  // which nobody writes to
    setg(begin, begin, begin + taken.size());
    return traits_type::to_int_type(*begin);
  }

 private:
  static constexpr std::size_t piece = 2 * kib;  // as yaml-cpp asks for

  // Blanks, and lines with nothing but a comment, take no memory.
  void count(std::string_view taken) {
    for (const char c : taken) {
      if (c == '\n')
        line_ = Line::blank;
      else if (c != ' ' && c != '\t' && c != '\r' && line_ == Line::blank)
        line_ = c == '#' ? Line::comment : Line::text;
      since_event_ += c > ' ' || c < 0 ? line_ == Line::text : 0;
    }
  }

  enum class Line { blank, comment, text };

  std::string_view rest_;
  const Cancelled& cancelled_;
  Line line_ = Line::blank;
  std::size_t since_event_ = 0;
};

// From yaml-cpp's events to the tree's.
class YamlReader : public YAML::EventHandler {
 public:
  YamlReader(const YamlText& text, WatchedText& stream, TreeBuilder& tree)
      : text_(text), stream_(stream), tree_(tree) {}

  bool last_quote_closed() const { return text_.quote_closed(last_scalar_.offset); }
  TextPlace last_scalar() const { return text_.place(last_scalar_); }
  TextPlace last_event() const { return last_event_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) {
      tree_.refuse(
          place(mark),
          "a second document, or something outside of the first: only one is allowed; check the "
          "indentation");
      throw ReadingEnded{};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    const bool item_of_block = !block_lists_.empty() && block_lists_.back();
    event(item_of_block ? text_.place(text_.dash_before(at(mark))) : place(mark));
    tree_.add(node(YamlNode::Kind::null));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    event(place(mark));
    tree_.refuse(last_event_, std::string(alias_message));
    tree_.add(node(YamlNode::Kind::alias));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    event(place(mark));
    refuse_tag(tag);
    last_scalar_ = at(mark);
    YamlNode scalar = node(YamlNode::Kind::scalar);
    scalar.quoted = tag == "!";
    scalar.scalar = value;
    tree_.add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::sequence, mark, tag);
    block_lists_.push_back(style != YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag);
    block_lists_.push_back(false);
  }
  void OnMapEnd() override { close(); }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    tree_.refuse(place(mark), fmt::format("an anchor, {}: anchors and aliases aren't allowed",
                                          quote("&" + name)));
  }

 private:
  TextPlace place(const YAML::Mark& mark) const { return text_.place(at(mark)); }

  void event(TextPlace at) {
    stream_.event();
    last_event_ = at;
  }

  // Where the event is.
  YamlNode node(YamlNode::Kind kind) const {
    YamlNode made;
    made.kind = kind;
    made.line = last_event_.line;
    made.column = last_event_.column;
    return made;
  }

  // yaml-cpp gives "?" to what has no tag, and "!" to what is in quotes.
  void refuse_tag(const std::string& tag) {
    if (tag != "?" && tag != "!" && !tag.empty())
      tree_.refuse(last_event_, fmt::format("a tag, {}: tags aren't allowed", quote(tag)));
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
    event(place(mark));
    refuse_tag(tag);
    tree_.open(kind, last_event_);
  }

  void close() {
    stream_.event();
    block_lists_.pop_back();
    tree_.close();
  }

  const YamlText& text_;
  WatchedText& stream_;
  TreeBuilder& tree_;
  std::vector<bool> block_lists_;  // of what is open: whether it is a list without brackets
  YamlMark last_scalar_;
  TextPlace last_event_;
  bool started_ = false;
};

// REQUIRES: the text has no flaw. Of one that begins as JSON does, and is too large for YAML, the
// flaw in the JSON is told.
YamlNode read_yaml(std::string_view text, FileFindings& findings, TreeBuilder& tree,
                   const std::optional<JsonFlaw>& json_flaw, const Cancelled& cancelled) {
  const YamlText source(text, findings.file.ends_with(".json") || looks_like_json(text));
  WatchedText watched(source.text(), cancelled);
  YamlReader reader(source, watched, tree);
  try {
    std::istream stream(&watched);
    YAML::Parser parser(stream);
    parser.HandleNextDocument(reader);
    if (!reader.last_quote_closed()) {
      findings.add(reader.last_scalar(), "the quote that opens here isn't closed");
      return {};
    }
    parser.HandleNextDocument(reader);
    return tree.take_root();
  } catch (const YAML::Exception& error) {
    if (const auto flaw = find_blank_flaw(source.text(), at(error.mark)))
      findings.add(source.place(flaw->mark), std::string(flaw->message));
    else
      findings.add(source.place(at(error.mark)), explain(error.msg));
  } catch (const WatchedText::TooLong&) {
    if (json_flaw)
      findings.add(json_flaw->place, json_flaw->message);
    else
      findings.add(
          reader.last_event(),
          fmt::format("over {} KiB in one value, or in one list or map in brackets, which begins "
                      "here: give each item a line of its own, or write all as JSON",
                      most_in_one_piece / kib));
  }
  return {};
}

}  // namespace

YamlNode parse_yaml(std::string_view text, FileFindings& findings, const YamlReading& reading) {
  text = without_byte_order_mark(text);
  TreeBuilder tree(findings, reading.items, reading.most_values);
  try {
    if (auto flaw = find_flaw(text, findings.cancelled)) {
      findings.add(flaw->place, std::move(flaw->message));
      return {};
    }
    if (!looks_like_json(text))
      return read_yaml(text, findings, tree, {}, findings.cancelled);
    if (const auto flaw = find_json_flaw(text, findings.cancelled))
      return read_yaml(text, findings, tree, flaw, findings.cancelled);
    read_json(text, tree, findings.cancelled);
    return tree.take_root();
  } catch (const ReadingEnded&) {
    return {};
  }
}

YamlNode parse_yaml(std::string_view text, const std::string& file,
                    std::vector<ConfigFinding>& findings) {
  FileFindings of_file(file, findings);
  return parse_yaml(text, of_file);
}

}  // namespace tenantscope
