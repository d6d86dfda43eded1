#include "app/page/explain_page.hpp"

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "app/api/answer.hpp"
#include "app/api/explain.hpp"
#include "app/api/operate.hpp"
#include "formats/page/explain_page.hpp"

namespace tenantscope {
namespace {

bool is_watched(const Table& table, const TenantKey& key) {
  const std::lock_guard lock(table.mutex);
  const Watch* const watch = table.find(key);
  return watch && watch->watched;
}

// A form sends all its fields: what is empty isn't said.
void forget_empty(WebRequest& request) {
  std::erase_if(request.query, [](const auto& parameter) { return parameter.second.empty(); });
}

void refuse_unknown_values(const WebRequest& request) {
  if (const auto word = request.parameter("cross_cloud"); word && !parse_cross_cloud(*word))
    throw RefusedRequest{400, "`cross_cloud` is none of enabled, disabled, unset"};
  if (request.parameter("ask").value_or("now") != "now")
    throw RefusedRequest{400, "`ask` is nothing but now"};
}

ExplainPage page_of(const WebRequest& request, bool anyone) {
  ExplainPage page;
  page.host = request.parameter("host").value_or("");
  page.guest = request.parameter("guest").value_or("");
  page.cross_cloud = request.parameter("cross_cloud").value_or("");
  page.may_ask = anyone || from_this_machine(request);
  return page;
}

void add_explanation(ExplainPage& page, const Table& table, Explanation explanation) {
  page.host_watched = is_watched(table, explanation.pair.host.key);
  if (const TenantFacts* const guest = explanation.pair.guest_tenant())
    page.guest_watched = is_watched(table, guest->key);
  page.explanation = std::move(explanation);
}

}  // namespace

boost::asio::awaitable<WebResponse> show_explain_page(PageSources sources,
                                                      const Operations& operations, bool anyone,
                                                      WebRequest request) {
  PageFrame frame = begin_page(sources, request);
  forget_empty(request);
  refuse_unknown_values(request);
  ExplainPage page = page_of(request, anyone);
  if (page.host.empty() || page.guest.empty())  // whom the form is still to ask for
    co_return page_answer(explain_html(page, std::move(frame)));
  const bool ask = page.may_ask && request.parameter("ask").value_or("") == "now";
  std::optional<RefusedRequest> refusal;
  try {
    Explanation explanation =
        co_await explanation_of(operations, sources.table, ask, std::move(request));
    add_explanation(page, sources.table, std::move(explanation));
  } catch (const RefusedRequest& caught) {
    refusal = caught;
  }
  if (!refusal)
    co_return page_answer(explain_html(page, std::move(frame)));
  page.may_ask = page.may_ask && refusal->status == 403;  // else asking wouldn't help
  page.refusal = page.may_ask ? refusal->why.substr(0, refusal->why.find(';')) : refusal->why;
  co_return page_answer(explain_html(page, std::move(frame)), refusal->status);
}

}  // namespace tenantscope
