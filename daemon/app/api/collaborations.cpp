#include "app/api/collaborations.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "app/pairs.hpp"
#include "config/tenant_reference.hpp"
#include "formats/explain_json.hpp"
#include "formats/text_table.hpp"

namespace tenantscope {
namespace {

// Whom ?host= or ?guest= means: NAME or NAME@CLOUD as people write it, or identity:PROVIDER.
class Wanted {
 public:
  explicit Wanted(std::optional<std::string_view> written) {
    if (!written)
      return;
    any_ = false;
    if (written->starts_with(identity_prefix)) {
      identity_ = parse_identity_provider(written->substr(identity_prefix.size()));
      if (!identity_)
        throw RefusedRequest{400,
                             fmt::format("`{}` is no identity such as identity:google", *written)};
      return;
    }
    const Result<TenantReference> reference = parse_tenant_reference(*written);
    if (!reference)
      throw RefusedRequest{400, reference.error().detail};
    key_ = {.asked = reference->cloud.value_or(""), .name = reference->name};
  }

  bool is(const CollaborationMember& member) const {
    return any_ || (!identity_ && member.key.name == key_.name &&
                    (key_.asked.empty() || member.key.asked == key_.asked));
  }
  bool is(const CollaborationGuest& guest) const {
    const auto* member = std::get_if<CollaborationMember>(&guest);
    return member ? is(*member) : any_ || std::get<IdentityProvider>(guest) == identity_;
  }

 private:
  static constexpr std::string_view identity_prefix = "identity:";

  bool any_ = true;
  std::optional<IdentityProvider> identity_;
  TenantKey key_;  // `asked` empty: wherever
};

}  // namespace

WebResponse list_collaborations(const Table& table, const WebRequest& request) {
  const Wanted host(request.parameter("host"));
  const Wanted guest(request.parameter("guest"));
  const std::string format(request.parameter("format").value_or("json"));
  if (format != "json" && format != "csv")
    throw RefusedRequest{400, fmt::format("`format` is none of json, csv: `{}`", format)};

  boost::json::array shown;
  TextTable rows{
      .head = {"collaboration", "host", "guest", "capability", "rule", "rules", "explanation"},
      .rows = {}};
  const std::lock_guard lock(table.mutex);
  for_each_pair(table, [&](const DeclaredPair& pair) {
    if (!host.is(pair.host) || !guest.is(pair.guest))
      return;
    const Explanation explanation = explain(table, pair);
    const PairVerdict& verdict = explanation.verdict;
    if (format == "csv") {
      rows.rows.push_back({pair.collaboration.name, pair.host.shown, pair.guest_shown(),
                           std::string(to_string(verdict.capability)), verdict.rule,
                           std::string(to_string(verdict.rules)), verdict.explanation});
      return;
    }
    boost::json::object object{{"collaboration", pair.collaboration.name}};
    for (const auto& member : explain_json(explanation))
      object.emplace(member.key(), member.value());
    shown.push_back(std::move(object));
  });
  if (format == "csv")
    return {.content_type = "text/csv; charset=utf-8", .body = csv(rows)};
  const std::size_t total = shown.size();
  return success(boost::json::object{{"collaborations", std::move(shown)}, {"total", total}});
}

}  // namespace tenantscope
