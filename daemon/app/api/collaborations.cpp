#include "app/api/collaborations.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/pairs.hpp"
#include "view/json.hpp"

namespace tenantscope {
namespace {

// A cell of CSV (RFC 4180), always in quotes.
std::string cell(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace

WebResponse list_collaborations(const Table& table, const WebRequest& request) {
  const auto host = request.parameter("host");
  const auto guest = request.parameter("guest");
  const std::string format(request.parameter("format").value_or("json"));
  if (format != "json" && format != "csv") throw RefusedRequest{400, fmt::format("`format` is none of json, csv: `{}`", format)};

  boost::json::array shown;
  std::string csv = "collaboration,host,guest,capability,rule,rules,explanation\r\n";
  const std::lock_guard lock(table.mutex);
  for_each_pair(table, [&](const DeclaredPair& pair) {
    if ((host && pair.host.shown != *host) || (guest && pair.guest_shown() != *guest)) return;
    const PairVerdict verdict = verdict_of(table, pair);
    if (format == "csv") {
      csv += fmt::format("{},{},{},{},{},{},{}\r\n", cell(pair.collaboration.name), cell(pair.host.shown), cell(pair.guest_shown()),
                         to_string(verdict.capability), verdict.rule, to_string(verdict.rules), cell(verdict.explanation));
      return;
    }
    boost::json::object object{{"collaboration", pair.collaboration.name}};
    for (const auto& member : explain_json(pair.host.shown, pair.guest_shown(), verdict, failure_of(table, pair)))
      object.emplace(member.key(), member.value());
    shown.push_back(std::move(object));
  });
  if (format == "csv") return {.content_type = "text/csv; charset=utf-8", .body = std::move(csv)};
  const std::size_t total = shown.size();
  return success(boost::json::object{{"collaborations", std::move(shown)}, {"total", total}});
}

}  // namespace tenantscope
