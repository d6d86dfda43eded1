#include "formats/page/next_steps.hpp"

#include <fmt/format.h>

#include "base/text/html.hpp"

namespace tenantscope {
namespace {

NextStep about_failure(const Watch& watch) {
  const TenantKey& key = watch.settings->key;
  const std::string others = fmt::format("?cloud={}&state=failing", percent_encoded(key.asked));
  switch (*watch.status.failure) {
    case ErrorKind::dns:
    case ErrorKind::connect:
    case ErrorKind::tls:
    case ErrorKind::timeout:
      return {
          "It can't be reached: look whether others that are asked in the same cloud fail, too. "
          "If so, look at the network, proxy and name server between here and the authority.",
          others};
    case ErrorKind::throttled:
      return {"The authority asks to be asked less, and is: nothing to do but wait.", others};
    case ErrorKind::http_status:
      return {
          "The authority answered with an error of its own: mostly that passes. Look whether "
          "others that are asked in the same cloud fail, too.",
          others};
    case ErrorKind::identity:
      return {
          "Another tenant answers to this name than the pinned one: find out whether the name "
          "has moved. If that is right, change tenant_id in the configuration.",
          ""};
    default:
      return {
          "What answered isn't the tenant's document, as where a proxy or a sign-in page stands "
          "between: what was said is above. Look whether others fail, too.",
          others};
  }
}

void add_about_condition(std::vector<NextStep>& steps, const Watch& watch, TenantMarks marks) {
  if (marks.has(TenantMark::failing))
    steps.push_back(about_failure(watch));
  else if (marks.has(TenantMark::stale))
    steps.push_back({"It wasn't asked for long, though nothing failed: look at the daemon's log.",
                     "api/v1/status"});
  if (marks.has(TenantMark::unmet))
    steps.push_back(
        {"It isn't as the configuration expects it. If it is meant to be as it is, "
         "change `expect` or `tenant_id` there and reload; if not, tell those who "
         "administer the tenant.",
         "config"});
  if (marks.has(TenantMark::pending))
    steps.push_back(
        {"Something else was seen than is confirmed: the next probes say whether it "
         "stays. Wait for them.",
         ""});
}

void add_about_finding(std::vector<NextStep>& steps, const Finding* known, TenantMarks marks,
                       RuleSet rules) {
  if (!known)
    steps.push_back({"Nothing is known yet: the first valid answer is a baseline.", ""});
  else if (marks.has(TenantMark::vanished))
    steps.push_back(
        {"It was there: ask those who administered it whether it was deleted, whether its domain "
         "has moved to another tenant, or to another cloud (`tenantscope lookup NAME@CLOUD` asks "
         "there).",
         ""});
  else if (!known->found)
    steps.push_back(
        {"Look whether the name is right, and whether the tenant lives in another "
         "cloud: `tenantscope lookup NAME@CLOUD` asks there.",
         ""});
  else if (capability(known, rules) == B2b::not_supported)
    steps.push_back(
        {"Ask users of it whom you want as guests for another email address, or create "
         "member accounts for them in your directory.",
         ""});
  else if (capability(known, rules) == B2b::unknown)
    steps.push_back(
        {"Microsoft's pages don't say whether B2B works here: ask those who administer "
         "the tenant, or try one invitation.",
         ""});
}

}  // namespace

std::vector<NextStep> next_steps(const Watch& watch, RuleSet rules, WallTime now) {
  const auto finding = watch.state.confirmed();
  std::vector<NextStep> steps;
  const TenantMarks marks = marks_of(watch, rules, now);
  add_about_condition(steps, watch, marks);
  add_about_finding(steps, finding ? &*finding : nullptr, marks, rules);
  if (steps.empty())
    steps.push_back(
        {"Nothing: B2B works within its own cloud, as far as can be seen from outside.", ""});
  return steps;
}

}  // namespace tenantscope
