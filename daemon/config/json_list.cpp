#include "config/json_list.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

namespace tenantscope {
namespace {

class ItemReader {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  explicit ItemReader(const std::function<bool(const YamlNode&)>& take) : take_(take) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code& error) {
    return std::exchange(list_begun_, true) ? open(YamlNode::Kind::sequence, error) : true;
  }
  bool on_array_end(std::size_t, error_code& error) { return open_.empty() || close(error); }
  bool on_object_begin(error_code& error) { return open(YamlNode::Kind::map, error); }
  bool on_object_end(std::size_t, error_code& error) {
    return !doubled(open_.back().keys) ? close(error) : refuse(error);
  }
  bool on_key_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_key(string_view part, std::size_t, error_code&) {
    append(part);
    open_.back().keys.push_back(scalar(true));
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) { return append(part); }
  bool on_string(string_view part, std::size_t, error_code& error) {
    append(part);
    return add(scalar(true), error);
  }
  bool on_number_part(string_view part, error_code&) { return append(part); }
  bool on_int64(std::int64_t, string_view part, error_code& error) { return plain(part, error); }
  bool on_uint64(std::uint64_t, string_view part, error_code& error) { return plain(part, error); }
  bool on_double(double, string_view part, error_code& error) { return plain(part, error); }
  bool on_bool(bool value, error_code& error) { return plain(value ? "true" : "false", error); }
  bool on_null(error_code& error) { return add(YamlNode{}, error); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool append(string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  YamlNode scalar(bool quoted) {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.quoted = quoted;
    node.scalar = text_;
    text_.clear();
    return node;
  }
  bool plain(string_view part, error_code& error) {
    append(part);
    return add(scalar(false), error);
  }
  bool open(YamlNode::Kind kind, error_code& error) {
    if (!list_begun_)
      return refuse(error);
    open_.emplace_back().kind = kind;
    return true;
  }
  bool close(error_code& error) {
    YamlNode closed = std::move(open_.back());
    open_.pop_back();
    return add(std::move(closed), error);
  }
  bool add(YamlNode node, error_code& error) {
    if (!list_begun_)
      return refuse(error);
    if (open_.empty())
      return take_(node) || refuse(error);
    open_.back().items.push_back(std::move(node));
    return true;
  }
  static bool doubled(const std::vector<YamlNode>& keys) {
    for (auto key = keys.begin(); key != keys.end(); ++key)
      if (std::ranges::find(key + 1, keys.end(), key->scalar, &YamlNode::scalar) != keys.end())
        return true;
    return false;
  }
  static bool refuse(error_code& error) {
    error = boost::json::error::syntax;
    return false;
  }

  const std::function<bool(const YamlNode&)>& take_;
  std::vector<YamlNode> open_;  // the item and what is open in it
  std::string text_;
  bool list_begun_ = false;
};

// What JSON permits and config/yaml_tree refuses.
bool has_control_character(std::string_view text) {
  if (text.find('\x7f') != std::string_view::npos)
    return true;
  for (auto at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1))
    if (!text.substr(at + 1).starts_with('\n'))
      return true;
  return false;
}

}  // namespace

bool looks_like_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
}

bool read_json_list(std::string_view text, const std::function<bool(const YamlNode& item)>& take) {
  if (has_control_character(text))
    return false;
  boost::json::basic_parser<ItemReader> parser({}, take);
  boost::json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  return !error && read == text.size();
}

}  // namespace tenantscope
