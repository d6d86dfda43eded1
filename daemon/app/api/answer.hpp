// What the parts of the API share: answers in the contract's form, refusals, and parameters that
// are read strictly.
#pragma once

#include <boost/json/fwd.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/result.hpp"
#include "web/server.hpp"

namespace tenantscope {

// What is wrong with a request, thrown as its answer.
struct RefusedRequest {
  unsigned status;
  std::string why;
  bool no_room = false;  // worth trying again in a second
};

// Lines of text for people; what isn't visible in them is an escape.
WebResponse plain(unsigned status, std::string_view text);
WebResponse success(boost::json::value data);
WebResponse refused(const RefusedRequest& refusal);

// The headers of this name as one list.
std::string list_header(const WebRequest& request, std::string_view lower_case_name);

std::string required_parameter(const WebRequest& request, std::string_view name);

template <class Number>
Number number_parameter(const WebRequest& request, std::string_view name, Number fallback,
                        Number most) {
  const auto text = request.parameter(name);
  if (!text)
    return fallback;
  Number value{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value > most)
    throw RefusedRequest{400,
                         fmt::format("`{}` is not a number from 0 to {}: `{}`", name, most, *text)};
  return value;
}

// Whether a browser says that it asks for a page of another site, or of another port or name of
// this one.
bool of_foreign_page(const WebRequest& request);

// Whether who asks may see what the body of an authority's answer says: over the control socket,
// with a login, or `anyone` (--web.enable-probe).
inline bool sees_bodies(const WebRequest& request, bool anyone) {
  return anyone || request.control || request.logged_in();
}

// A handler calls this before it asks an authority. 403 where a foreign page makes it, 503 where
// too many probes are under way.
void begin_probe(const WebRequest& request);

// What the storage gave, or 503: with Retry-After where it is asked by too many.
template <class T>
T value_of(const Result<T>& result) {
  if (!result)
    throw RefusedRequest{503, result.error().detail, result.error().kind == ErrorKind::throttled};
  return *result;
}

}  // namespace tenantscope
