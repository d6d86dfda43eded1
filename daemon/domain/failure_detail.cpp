#include "domain/failure_detail.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/text/ascii.hpp"
#include "base/text/url.hpp"
#include "base/text/visible.hpp"
#include "domain/finding.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_part = 80;  // of a detail that has several
constexpr std::string_view dots = "...";

// What stands between <title> and the next tag.
std::string_view title_of(std::string_view page) {
  constexpr std::string_view tag = "<title";
  const auto same = [](char a, char b) { return lower(a) == b; };
  while (!page.empty()) {
    const auto* const found = std::search(page.begin(), page.end(), tag.begin(), tag.end(), same);
    page.remove_prefix(std::min(page.size(), std::size_t(found - page.begin()) + tag.size()));
    const bool whole = page.starts_with('>') || page.starts_with(' ');
    const auto end_of_tag = page.find('>');
    if (whole && end_of_tag != page.npos)
      return page.substr(end_of_tag + 1, page.find('<', end_of_tag) - end_of_tag - 1);
  }
  return {};
}

std::string error_of(std::string_view body) {
  boost::system::error_code broken;
  const json::value parsed = json::parse(body, broken);
  const json::object* const object = broken ? nullptr : parsed.if_object();
  const json::value* const error = object ? object->if_contains("error") : nullptr;
  if (!error || !error->is_string())
    return {};
  std::string said = visible_line(std::string_view(error->get_string()), longest_part);
  const json::value* const codes = object->if_contains("error_codes");
  if (codes && codes->is_array() && !codes->get_array().empty())
    if (const auto* code = codes->get_array().front().if_int64())
      said += fmt::format("{}AADSTS{}", said.empty() ? "" : " ", *code);
  return said;
}

std::string page_of(const Answer& answer) {
  if (answer.body.empty())
    return {};
  const std::string type = normalized(answer.content_type.substr(0, answer.content_type.find(';')));
  const std::string title =
      answer.encoded ? "" : visible_line(title_of(answer.body), failure_detail_limit);
  if (title.empty() && type.find("json") != std::string::npos)
    return {};
  const std::string shown_type = visible_line(type, longest_part);
  return shown_type + (shown_type.empty() || title.empty() ? "" : ": ") + title;
}

}  // namespace

std::string said_in(const Answer& answer) {
  const bool redirects = answer.status >= 300 && answer.status < 400;
  if (const std::string target = redirects ? redirect_target(answer.location) : ""; !target.empty())
    return ": to " + target;
  std::string said = answer.encoded ? "" : error_of(answer.body);
  if (said.empty())
    said = page_of(answer);
  return said.empty() ? "" : ": " + said;
}

std::string instead_of_json(const Answer& answer, const Error& error) {
  const std::string page = page_of(answer);
  return error.kind != ErrorKind::not_json || page.empty() ? error.detail : "not JSON, but " + page;
}

Error bounded(Error error) {
  error.detail = visible_line(error.detail, failure_detail_limit - dots.size());
  return error;
}

}  // namespace tenantscope
