#include "app/api/answer.hpp"

#include <boost/json/object.hpp>

#include "base/text/ascii.hpp"
#include "base/text/visible.hpp"
#include "formats/json.hpp"
#include "web/seat.hpp"

namespace tenantscope {
namespace {

WebResponse json(unsigned status, const boost::json::object& object) {
  return {.status = status, .content_type = "application/json", .body = json_line(object) + "\n"};
}

}  // namespace

WebResponse plain(unsigned status, std::string_view text) {
  return {.status = status, .body = visible_lines(text) + "\n"};
}

WebResponse success(boost::json::value data) {
  return json(200, {{"status", "success"}, {"data", std::move(data)}});
}

WebResponse refused(const RefusedRequest& refusal) {
  return json(refusal.status, {{"status", "error"}, {"error", refusal.why}});
}

std::string list_header(const WebRequest& request, std::string_view lower_case_name) {
  std::string list;
  for (const auto& [name, value] : request.headers)
    if (name == lower_case_name)
      list += (list.empty() ? "" : ", ") + value;
  return list;
}

std::string required_parameter(const WebRequest& request, std::string_view name) {
  const auto text = request.parameter(name);
  if (!text || text->empty())
    throw RefusedRequest{400, fmt::format("`{}` is missing", name)};
  return std::string(*text);
}

bool of_foreign_page(const WebRequest& request) {
  const std::string_view site = request.header("sec-fetch-site");
  return !site.empty() && !equal_ignoring_case(site, "same-origin") &&
         !equal_ignoring_case(site, "none");
}

void begin_probe(const WebRequest& request) {
  if (of_foreign_page(request))
    throw RefusedRequest{403, fmt::format("a page of another site or port can't have an authority "
                                          "asked (Sec-Fetch-Site: {}): open this address itself, "
                                          "or from a page of tenantscope",
                                          request.header("sec-fetch-site"))};
  if (request.seat && !request.seat->begin_probe())
    throw RefusedRequest{503, "too many probes are under way", true};
}

}  // namespace tenantscope
