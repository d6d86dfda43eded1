// A YAML or JSON text as yaml-cpp can read it, and the way back from yaml-cpp's positions, in bytes
// from 0, to people's, in lines and characters from 1. For config/yaml_tree alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancelled.hpp"
#include "config/findings.hpp"

namespace tenantscope {

struct YamlMark {
  std::size_t offset = 0;
  std::size_t line = 0;
  std::size_t column = 0;  // in bytes
};

struct TextFlaw {
  TextPlace place;
  std::string message;
};

// The first thing that makes this no text at all: it isn't UTF-8, or holds a control character.
// Throws ReadingEnded where it is cancelled.
std::optional<TextFlaw> find_flaw(std::string_view text, const Cancelled& cancelled);

struct BlankFlaw {
  YamlMark mark;
  std::string_view message;
};

// The tab of an indentation, or the no-break space, that may be why the line of an error, or the
// one before it, can't be read.
std::optional<BlankFlaw> find_blank_flaw(std::string_view text, const YamlMark& error);

std::string_view without_byte_order_mark(std::string_view text);

class YamlText {
 public:
  // REQUIRES: `text` outlives it. JSON may write one character as a pair of escapes (\ud83d\ude00);
  // YAML can't, so they are joined. JSON may end a line between a key and its colon; yaml-cpp can't
  // read that, so the colon is brought to its key.
  YamlText(std::string_view text, bool json);

  std::string_view text() const { return text_; }
  TextPlace place(const YamlMark& mark) const;

  // The dash of an empty item in a block list, given the mark of whatever comes after it.
  YamlMark dash_before(const YamlMark& next) const;

  // Whether the quoted text that begins at `offset` ends; true where no quote is.
  bool quote_closed(std::size_t offset) const;

 private:
  void join_escapes();
  void bring_colons_to_keys();
  std::size_t continuations_before(std::size_t offset) const;

  std::string changed_text_;  // where escapes were joined, or colons brought
  std::string_view text_;
  std::vector<std::size_t> continuations_;  // bytes that begin no character, before each block
  // Where colons were that were brought: what follows in their line stood a column further.
  std::vector<std::size_t> brought_;
  std::vector<std::size_t>
      joined_;  // offsets of joined escapes, two characters shorter than they were
};

}  // namespace tenantscope
