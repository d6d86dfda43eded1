// Whether what a template names is there, in any event: before there is one. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/template/template_tags.hpp"

namespace tenantscope {

// The fields of every sample in one, of a list one item.
boost::json::value all_fields(std::span<const boost::json::object> samples);

// All that a template can name: the fields of every sample in one, of a list one item. `values`:
// the names of `template_value_files`.
boost::json::value nameable_fields(const std::set<std::string>& values);

// A finding for each name that isn't among the fields, or that isn't a text where it is shown.
// `nobody_has`: how a finding begins. REQUIRES: the tags have no findings of their own.
std::vector<TemplateFinding> unknown_names(const std::vector<TemplateTag>& tags,
                                           const boost::json::value& fields,
                                           std::string_view nobody_has = "no event has a");

}  // namespace tenantscope
