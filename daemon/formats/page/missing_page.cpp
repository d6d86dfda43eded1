#include "formats/page/missing_page.hpp"

#include <boost/json/array.hpp>

#include <fmt/format.h>

#include "base/text/html.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

}  // namespace

json::object missing_fields(const MissingPage& missing) {
  json::array choices;
  for (const TenantKey& tenant : missing.choices)
    choices.push_back(json::object{
        {"name", tenant.name}, {"asked", tenant.asked.text()}, {"href", tenant_address(tenant)}});
  return {
      {"wanted", missing.wanted},
      {"search",
       fmt::format("?q={}", percent_encoded(missing.wanted.substr(0, missing.wanted.find('@'))))},
      {"several", missing.several},
      {"any", !missing.choices.empty()},
      {"near", !missing.several && !missing.choices.empty()},
      {"choices", std::move(choices)}};
}

std::string missing_html(const MissingPage& missing, PageFrame frame) {
  frame.page = PageTemplate::missing;
  frame.title = missing.several ? fmt::format("{}: which one?", missing.wanted)
                                : fmt::format("{} isn't watched", missing.wanted);
  frame.tone = Tone::mind;
  return page_html(frame, missing_fields(missing));
}

}  // namespace tenantscope
