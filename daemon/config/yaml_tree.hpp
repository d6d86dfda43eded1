// A YAML document as a tree that remembers where everything stands: what the strict readers of
// configuration, tenant lists and scenarios walk. The only user of yaml-cpp. Refuses anchors,
// aliases, tags, a second document, control characters, what isn't UTF-8, and what
// config/tree_builder does. JSON is read as well, and by another way: quicker, and of any size.
// Time grows with the text, memory with what is in the tree.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "config/findings.hpp"
#include "config/tree_builder.hpp"

namespace tenantscope {

// The most of a YAML text, comments and blanks apart, that can be one value, or a list or map in
// brackets: yaml-cpp holds some 200 bytes for each of its bytes until it ends.
inline constexpr std::size_t most_in_one_piece = 256 * kib;

struct YamlReading {
  ItemTaker items = {};                 // of a list that doesn't become part of the tree
  std::size_t most_values = 1'000'000;  // in the tree: some 100 bytes each
};

// Parses `text`; what is wrong goes to `findings` (of syntax errors, the first). An empty document
// is a null node, and so is one that isn't read to its end. Of duplicate keys the first is in the
// tree. Where the file's name ends in .json or the text begins as JSON does, pairs of \u escapes
// for one character are read too.
YamlNode parse_yaml(std::string_view text, FileFindings& findings, const YamlReading& reading = {});

// Under the name `file`.
YamlNode parse_yaml(std::string_view text, const std::string& file,
                    std::vector<ConfigFinding>& findings);

}  // namespace tenantscope
