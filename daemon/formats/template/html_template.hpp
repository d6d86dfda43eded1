// HTML of a Mustache template over plain data. Each value is shown as it is, by HTML's escaping
// alone: there is no other form, so what comes from outside can't become a tag or leave its
// attribute. What is empty, false or null opens no section and is shown as nothing. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/template/template_tags.hpp"

namespace tenantscope {

// REQUIRES: check_html() finds nothing in it.
std::string render_html(std::string_view text, const boost::json::object& fields);

// All that is wrong in a template: its tags, and the names that no sample has. `samples`: fields as
// it is rendered with, lists of them with an item.
std::vector<TemplateFinding> check_html(std::string_view text,
                                        std::span<const boost::json::object> samples);

}  // namespace tenantscope
