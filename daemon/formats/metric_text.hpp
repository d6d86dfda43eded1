// Lines of metrics, written into room that is used again: what a scrape of a million series is made
// of. Pure.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/text/visible.hpp"

namespace tenantscope {

class MetricText {
 public:
  std::string_view text() const {
    return {room_.get(), size_};
  }                            // valid until it is written to or cleared
  void clear() { size_ = 0; }  // keeps the room

  MetricText& raw(std::string_view text) {
    if (text.empty())
      return *this;
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
    return *this;
  }
  // Of what isn't visible, the escape is part of the text: "\u001b" with its backslash escaped.
  MetricText& escaped(std::string_view text, bool quotes = true);
  MetricText& label(std::string_view name, std::string_view value);  // `name="value"`
  // A label that people named: what can't be in a label's name is a `_`.
  MetricText& named_label(std::string_view name, std::string_view value);
  MetricText& number(double value);
  MetricText& number(std::uint64_t value);
  MetricText& number(bool value) { return raw(value ? "1" : "0"); }

 private:
  void other_character(const Character& character, bool quotes);
  char* room(std::size_t more) {
    if (capacity_ - size_ < more)
      grow(more);
    return room_.get() + size_;
  }
  void grow(std::size_t more);

  std::unique_ptr<char[]> room_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace tenantscope
