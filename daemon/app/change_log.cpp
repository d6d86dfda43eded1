#include "app/change_log.hpp"

#include "formats/event_text.hpp"

namespace tenantscope {

void ChangeLog::committed(const TenantKey& key, const Transition& transition,
                          std::span<const ChangeEvent> events, RuleSet rules,
                          std::uint64_t sequence) const {
  if (!transition.only_pin)
    log_.info(transition.damaged      ? "tenant seen anew, as its stored state was damaged"
              : transition.baseline() ? "tenant seen first"
                                      : "tenant changed",
              {{"tenant", key.name},
               {"asked", key.asked},
               {"severity", to_string(events.front().severity)},
               {"region_scope", transition.current.region_scope},
               {"b2b", to_string(capability(&transition.current, rules))},
               {"summary", event_sentence(events.front())},
               {"sequence", sequence}});
  for (const ChangeEvent& event : events) {
    for (const ExpectationChange& change : event.expectations)
      expectation(key, change);
    if (event.pair)
      pair("collaboration changed", *event.pair);
  }
}

void ChangeLog::probed(const TenantKey& key, const Result<Finding>& finding,
                       std::optional<ErrorKind> before, bool authoritys) {
  if (finding) {
    if (!failing_.empty() && failing_.erase(key) > 0 && before)
      log_.info("probe succeeds again",
                {{"tenant", key.name}, {"asked", key.asked}, {"was", to_string(*before)}});
  } else if (!authoritys && (failing_.insert(key).second || before != finding.error().kind)) {
    log_.warn("probe failed", {{"tenant", key.name},
                               {"asked", key.asked},
                               {"reason", to_string(finding.error().kind)},
                               {"err", finding.error().detail}});
  }
}

void ChangeLog::pair(std::string_view msg, const PairChange& change) const {
  log_.info(msg, {{"collaboration", change.collaboration},
                  {"host", change.host},
                  {"guest", change.guest},
                  {"from", to_string(change.from)},
                  {"to", to_string(change.verdict.capability)},
                  {"rule", change.verdict.rule}});
}

void ChangeLog::expectation(const TenantKey& key, const ExpectationChange& change) const {
  const LogFields fields{{"tenant", key.name},
                         {"asked", key.asked},
                         {"expectation", change.expectation},
                         {"expected", change.expected},
                         {"actual", change.actual}};
  change.met ? log_.info("expectation met again", fields)
             : log_.warn("expectation not met", fields);
}

void ChangeLog::rejudged(const Table& table, RuleSet from) const {
  for (const Watch* watch : table.watched()) {
    const auto confirmed = watch->state.confirmed();
    const Finding* finding = confirmed ? &*confirmed : nullptr;
    const B2b was = capability(finding, from);
    const B2b is = capability(finding, table.rules);
    if (was != is)
      log_.info("verdict under other rules", {{"tenant", watch->settings->key.name},
                                              {"asked", watch->settings->key.asked},
                                              {"rules", to_string(table.rules)},
                                              {"from", to_string(was)},
                                              {"to", to_string(is)}});
  }
}

}  // namespace tenantscope
