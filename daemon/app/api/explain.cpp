#include "app/api/explain.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "app/api/answer.hpp"
#include "app/api/operate.hpp"
#include "app/api/tenant_choice.hpp"
#include "domain/explanation.hpp"
#include "formats/explain_json.hpp"

namespace tenantscope {
namespace {

boost::asio::awaitable<TenantFacts> learn(const Operations& operations, const Table& table,
                                          bool may_ask, WebRequest request, std::string written) {
  ProbeOrder order;
  std::string shown;
  {
    const std::lock_guard lock(table.mutex);
    const TenantChoice choice = choose_tenant(table, written);
    shown = choice.shown;
    if (choice.watch) {
      TenantFacts facts = facts_of(*choice.watch);
      facts.shown = std::move(shown);
      co_return facts;
    }
    if (!may_ask)
      refuse_unconfigured(choice.key);
    order.key = choice.key;
  }
  const TenantKey key = order.key;
  begin_probe(request);
  const Result<ProbeResult> probed = co_await operations.probe(std::move(order));
  if (!probed)
    throw RefusedRequest{400, probed.error().detail};
  TenantFacts facts = facts_of(key, probed->observation);
  facts.shown = std::move(shown);
  co_return facts;
}

// The parameter's, or what the collaborations that have this pair declare.
CloudWord word_for(const Table& table, const WebRequest& request, const TenantKey& host,
                   const PairMember& guest) {
  const auto written = request.parameter("cross_cloud");
  const std::lock_guard lock(table.mutex);
  if (!written)
    return declared_word(table.collaborations, host, guest);
  return {.setting = *parse_cross_cloud(*written), .giver = WordGiver::flag, .doubt = {}};
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

std::vector<std::string> clouds_of(const Table& table) {
  const std::lock_guard lock(table.mutex);
  return table.clouds;
}

}  // namespace

boost::asio::awaitable<Explanation> explanation_of(const Operations& operations, const Table& table,
                                                   bool may_ask, WebRequest request) {
  const std::string host = required_parameter(request, "host");
  const std::string guest = required_parameter(request, "guest");
  if (const auto word = request.parameter("cross_cloud"); word && !parse_cross_cloud(*word))
    throw RefusedRequest{400, "`cross_cloud` is none of enabled, disabled, unset"};
  const RuleSet rules = rules_for(table, request);
  const bool of_identity = guest.starts_with("identity:");
  const auto identity = parse_identity_provider(
      of_identity ? std::string_view(guest).substr(std::string_view("identity:").size()) : "");
  if (of_identity && !identity)
    throw RefusedRequest{400, fmt::format("`{}` is none of identity:microsoft, identity:google, "
                                          "identity:email_otp, identity:saml",
                                          guest)};

  PairFacts facts;
  facts.host = co_await learn(operations, table, may_ask, request, host);
  PairMember member;
  if (identity) {
    facts.guest = *identity;
    member = *identity;
  } else {
    TenantFacts learned = facts.host;
    if (guest != host)
      learned = co_await learn(operations, table, may_ask, request, guest);
    member = learned.key;
    facts.guest = std::move(learned);
  }
  facts.word = word_for(table, request, facts.host.key, member);
  const std::vector<std::string> clouds = clouds_of(table);
  co_return explain(std::move(facts), rules, clouds);
}

boost::asio::awaitable<WebResponse> explain_pair(const Operations& operations, const Table& table,
                                                 bool anyone, WebRequest request) {
  const bool may_ask = anyone || from_this_machine(request);
  const Explanation explanation =
      co_await explanation_of(operations, table, may_ask, std::move(request));
  co_return success(explain_json(explanation));
}

}  // namespace tenantscope
