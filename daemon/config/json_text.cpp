#include "config/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>

#include "base/bytes.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::size_t piece = 64 * kib;  // after which somebody may cancel

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// Goes through a JSON text token by token, as its parser does, and knows where each begins.
class TokenPlaces {
 public:
  explicit TokenPlaces(std::string_view text) : text_(text) {}

  // Of the next token, which is passed over: a string, a number, a word or a bracket.
  TextPlace next() {
    while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == ',' || text_[at_] == ':'))
      pass();
    const TextPlace begin = place_;
    const char first = at_ < text_.size() ? text_[at_] : '\0';
    pass();
    if (first == '"')
      pass_string();
    else if (std::string_view("[]{}").find(first) == std::string_view::npos)
      while (at_ < text_.size() && !is_blank(text_[at_]) &&
             std::string_view(",]}").find(text_[at_]) == std::string_view::npos)
        pass();
    return begin;
  }

  // Of what stands at `offset`. REQUIRES: it is ahead.
  TextPlace of(std::size_t offset) {
    while (at_ < std::min(offset, text_.size()))
      pass();
    return place_;
  }

 private:
  void pass() {
    if (at_ == text_.size())
      return;
    const char c = text_[at_++];
    if (c == '\n')
      place_ = {place_.line + 1, 1};
    else if (at_ == text_.size() || begins_character(text_[at_]))
      ++place_.column;
  }
  void pass_string() {
    while (at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_++];
      place_.column += begins_character(c);
      if (c != '\\')
        continue;
      ++at_;
      ++place_.column;
    }
    pass();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  TextPlace place_;
};

// What Boost.JSON's parser wants to know of any handler.
struct Unlimited {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using error_code = json::error_code;
  using string_view = json::string_view;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

struct Checker : Unlimited {
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t, error_code&) { return true; }
  bool on_key_part(string_view, std::size_t, error_code&) { return true; }
  bool on_key(string_view, std::size_t, error_code&) { return true; }
  bool on_string_part(string_view, std::size_t, error_code&) { return true; }
  bool on_string(string_view, std::size_t, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
  bool on_double(double, string_view, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
};

class JsonReader : public Unlimited {
 public:
  JsonReader(std::string_view text, TreeBuilder& tree) : places_(text), tree_(tree) {}

  bool on_array_begin(error_code&) { return open(YamlNode::Kind::sequence); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_object_begin(error_code&) { return open(YamlNode::Kind::map); }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_key_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_key(string_view part, std::size_t, error_code&) { return scalar(part, true); }
  bool on_string_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_string(string_view part, std::size_t, error_code&) { return scalar(part, true); }
  bool on_number_part(string_view part, error_code&) { return append(part); }
  bool on_int64(std::int64_t, string_view part, error_code&) { return scalar(part, false); }
  bool on_uint64(std::uint64_t, string_view part, error_code&) { return scalar(part, false); }
  bool on_double(double, string_view part, error_code&) { return scalar(part, false); }
  bool on_bool(bool value, error_code&) { return scalar(value ? "true" : "false", false); }
  bool on_null(error_code&) { return add(YamlNode()); }

 private:
  bool append(string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool scalar(string_view part, bool quoted) {
    append(part);
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.quoted = quoted;
    node.scalar = std::exchange(text_, {});
    return add(std::move(node));
  }
  bool add(YamlNode&& node) {
    const TextPlace at = places_.next();
    node.line = at.line;
    node.column = at.column;
    tree_.add(std::move(node));
    return true;
  }
  bool open(YamlNode::Kind kind) {
    tree_.open(kind, places_.next());
    return true;
  }
  bool close() {
    places_.next();
    tree_.close();
    return true;
  }

  TokenPlaces places_;
  TreeBuilder& tree_;
  std::string text_;
};

template <class Parser>
std::pair<json::error_code, std::size_t> parse(std::string_view text, Parser& parser,
                                               const Cancelled& cancelled) {
  json::error_code error;
  std::size_t offset = 0;
  while (!error) {
    if (is_cancelled(cancelled))
      throw ReadingEnded{};
    const std::size_t size = std::min(piece, text.size() - offset);
    const bool last = offset + size == text.size();
    offset += parser.write_some(!last, text.data() + offset, size, error);
    if (last)
      break;
  }
  return {error, offset};
}

// One level more than a tree may have: what is too deep is the tree's to refuse.
json::parse_options options() { return {.max_depth = deepest + 1}; }

}  // namespace

bool looks_like_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
}

std::optional<JsonFlaw> find_json_flaw(std::string_view text, const Cancelled& cancelled) {
  json::basic_parser<Checker> parser(options());
  const auto [error, offset] = parse(text, parser, cancelled);
  if (error == json::error::too_deep || (!error && offset == text.size()))
    return std::nullopt;
  return JsonFlaw{TokenPlaces(text).of(offset),
                  "not valid JSON: " + (error ? error.message() : "something follows it")};
}

void read_json(std::string_view text, TreeBuilder& tree, const Cancelled& cancelled) {
  json::basic_parser<JsonReader> parser(options(), text, tree);
  parse(text, parser, cancelled);
}

}  // namespace tenantscope
