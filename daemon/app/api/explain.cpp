#include "app/api/explain.hpp"

#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "app/api/answer.hpp"
#include "app/api/operate.hpp"
#include "app/api/tenant_choice.hpp"
#include "domain/collaboration.hpp"
#include "formats/json.hpp"

namespace tenantscope {
namespace {

struct Known {
  std::string shown;  // the name, with @CLOUD where that was written
  std::optional<Finding> finding;
  std::optional<ErrorKind> failure;
};

boost::asio::awaitable<Known> know(const Operations& operations, const Table& table, bool may_ask,
                                   std::shared_ptr<Seat> seat, std::string written) {
  Known known;
  ProbeOrder order;
  {
    const std::lock_guard lock(table.mutex);
    const TenantChoice choice = choose_tenant(table, written);
    known.shown = choice.shown;
    if (choice.watch) {
      known.finding = choice.watch->state.confirmed();
      known.failure = choice.watch->status.failure;
      co_return known;
    }
    if (!may_ask)
      refuse_unconfigured(choice.key);
    order.key = choice.key;
  }
  begin_probe(seat.get());
  const Result<ProbeResult> probed = co_await operations.probe(std::move(order));
  if (!probed)
    throw RefusedRequest{400, probed.error().detail};
  const Result<Finding>& finding = probed->observation.finding;
  if (finding)
    known.finding = *finding;
  else
    known.failure = finding.error().kind;
  co_return known;
}

RuleSet rules_for(const Table& table, const WebRequest& request) {
  const auto written = request.parameter("rules");
  const std::lock_guard lock(table.mutex);
  if (!written)
    return table.rules;
  const auto rules = parse_rule_set(*written);
  if (!rules)
    throw RefusedRequest{400,
                         fmt::format("`rules` has to be {}, not `{}`", rule_set_names, *written)};
  return *rules;
}

}  // namespace

boost::asio::awaitable<WebResponse> explain_pair(const Operations& operations, const Table& table,
                                                 bool anyone, WebRequest request) {
  const std::string host = required_parameter(request, "host");
  const std::string guest = required_parameter(request, "guest");
  const auto word = parse_cross_cloud(request.parameter("cross_cloud").value_or("unset"));
  if (!word)
    throw RefusedRequest{400, "`cross_cloud` is none of enabled, disabled, unset"};
  const RuleSet rules = rules_for(table, request);
  const bool may_ask = anyone || from_this_machine(request);

  PairGuest asked;
  if (guest.starts_with("identity:")) {
    asked.identity = parse_identity_provider(guest.substr(std::string_view("identity:").size()));
    if (!asked.identity)
      throw RefusedRequest{400, fmt::format("`{}` is none of identity:microsoft, identity:google, "
                                            "identity:email_otp, identity:saml",
                                            guest)};
  }
  const Known host_known = co_await know(operations, table, may_ask, request.seat, host);
  Known guest_known{.shown = guest};
  if (!asked.identity)
    guest_known = co_await know(operations, table, may_ask, request.seat, guest);
  if (guest_known.finding)
    asked.tenant = &*guest_known.finding;
  const PairVerdict verdict =
      judge_pair(host_known.finding ? &*host_known.finding : nullptr, asked, rules, *word);
  co_return success(explain_json(host_known.shown, guest_known.shown, verdict,
                                 host_known.failure ? host_known.failure : guest_known.failure));
}

}  // namespace tenantscope
