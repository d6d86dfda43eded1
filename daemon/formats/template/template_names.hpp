// Whether what a template names is there, in any event: before there is one. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <set>
#include <string>
#include <vector>

#include "formats/template/template_tags.hpp"

namespace tenantscope {

// All that a template can name: the fields of every sample in one, of a list one item. `values`:
// the names of `template_value_files`.
boost::json::value nameable_fields(const std::set<std::string>& values);

// A finding for each name that no event has, or that isn't a text where it is shown. REQUIRES: the
// tags have no findings of their own.
std::vector<TemplateFinding> unknown_names(const std::vector<TemplateTag>& tags,
                                           const boost::json::value& fields);

}  // namespace tenantscope
