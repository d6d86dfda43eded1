// JSON, strictly, into a tree with places: quick, and in memory that doesn't grow with the text.
// For config/yaml_tree; a JSON text is a YAML text too, but yaml-cpp holds all of a list in
// brackets in its memory.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/cancelled.hpp"
#include "config/tree_builder.hpp"

namespace tenantscope {

// Whether the text begins as JSON does.
bool looks_like_json(std::string_view text);

struct JsonFlaw {
  TextPlace place;
  std::string message;
};

// The error says what makes the text no JSON; nothing: it is JSON. Throws ReadingEnded where it is
// cancelled.
std::optional<JsonFlaw> find_json_flaw(std::string_view text, const Cancelled& cancelled);

// REQUIRES: the text has no flaw. Throws ReadingEnded.
void read_json(std::string_view text, TreeBuilder& tree, const Cancelled& cancelled);

}  // namespace tenantscope
