// JSON written as text, member by member, in the form of json_line(): for what is written so often
// that a tree of values, with all its allocations, would be most of the cost.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace tenantscope {

class JsonText {
 public:
  // REQUIRES: `out` outlives it.
  explicit JsonText(std::string& out) : out_(out) {}

  // What is open is closed in turn; nothing checks that.
  void open(char bracket) {
    separate();
    out_ += bracket;
  }
  void open(std::string_view key, char bracket) {
    name(key);
    out_ += bracket;
  }
  void close(char bracket) { out_ += bracket; }

  void member(std::string_view key, std::string_view value) {
    name(key);
    append_quoted(value);
  }
  void member(std::string_view key, const char* value) { member(key, std::string_view(value)); }
  void member(std::string_view key, std::nullptr_t) { written(key, "null"); }
  void member(std::string_view key, std::same_as<bool> auto value) {
    written(key, value ? "true" : "false");
  }
  void member(std::string_view key,
              std::integral auto value) requires(!std::same_as<decltype(value), bool>) {
    char digits[20];
    written(key, {digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
  }
  // `json`: a value's text.
  void written(std::string_view key, std::string_view json) {
    name(key);
    out_ += json;
  }

 private:
  void separate() {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[')
      out_ += ',';
  }
  void name(std::string_view key) {
    separate();
    append_quoted(key);
    out_ += ':';
  }
  void append_quoted(std::string_view text);

  std::string& out_;
};

}  // namespace tenantscope
