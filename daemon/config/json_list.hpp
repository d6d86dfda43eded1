// A JSON text that is a list, read quickly and item by item: for large lists of tenants. It doesn't
// know where things stand, so whoever finds something wrong reads the text again with
// config/yaml_tree, which does.
#pragma once

#include <functional>
#include <string_view>

#include "config/yaml_tree.hpp"

namespace tenantscope {

// Whether the text begins as JSON does.
bool looks_like_json(std::string_view text);

// Gives each item to `take`, which says whether to read on; the item is gone afterwards. False: it
// was stopped, or the text isn't a JSON list without flaws: no item counts then.
bool read_json_list(std::string_view text, const std::function<bool(const YamlNode& item)>& take);

}  // namespace tenantscope
