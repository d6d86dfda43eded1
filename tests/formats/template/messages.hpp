// Messages that templates are tried with: of an event of each kind, with what people and tenants
// may have written in them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "domain/event.hpp"
#include "formats/json.hpp"
#include "formats/template/message_template.hpp"
#include "formats/template/named_templates.hpp"
#include "formats/template/sample_messages.hpp"

namespace tenantscope {

// As a template needs it, with what its values hold.
inline std::string rendered(std::string_view name, const std::vector<std::string>& events,
                            const std::string& external_url = "https://tenantscope.example/x") {
  Message message{.events = {events.begin(), events.end()},
                  .values = {{"routing_key", "R0UT1NG"}},
                  .external_url = external_url};
  const Result<std::string> body = render(std::string(named_template(name).value()), message);
  return body ? *body : "error: " + body.error().detail;
}

// Where an event shows a text that others wrote.
struct Wording {
  std::string tenant = "agency.example";
  std::string scope = "USG";
  Labels labels = {{"team", "identity"}};
  std::string collaboration = "joint-programme";
};

inline ChangeEvent worded_event(const Wording& wording) {
  Finding before{.found = true, .cloud = "usgov", .region_scope = "USGov"};
  Finding after = before;
  after.region_scope = wording.scope;
  Transition transition{.generation = 2,
                        .changes = {{Field::region_scope, "USGov", wording.scope},
                                    {Field::b2b_capability, "supported", "unknown"}},
                        .previous = before,
                        .current = after,
                        .first_seen = *parse_rfc3339("2026-11-23T10:00:00Z"),
                        .confirmed = *parse_rfc3339("2026-11-23T10:00:00Z")};
  const TenantKey tenant{.asked = "global", .name = wording.tenant};
  ChangeEvent event = make_events(tenant, transition, {}, {}).front();
  event.labels = wording.labels;
  return event;
}

// A tenant's change and that of `pairs` pairs.
inline std::vector<std::string> worded_family(const Wording& wording, int pairs) {
  const ChangeEvent event = worded_event(wording);
  const Guid cause = event_id({}, event, 1);
  std::vector<std::string> events{cloud_event(event, cause, 1, "tenantscope")};
  for (int pair = 0; pair < pairs; ++pair) {
    PairChange change{.collaboration = wording.collaboration,
                      .host = wording.tenant,
                      .guest = fmt::format("guest{}.example", pair),
                      .from = PairCapability::supported,
                      .verdict = {},
                      .cause = cause};
    ChangeEvent told = make_pair_event(event.tenant, event.transition, std::move(change), {});
    told.labels = wording.labels;
    const auto sequence = std::uint64_t(pair) + 2;
    events.push_back(cloud_event(told, event_id({}, told, sequence), sequence, "tenantscope"));
  }
  return events;
}

// Names as people's are, and as they shouldn't be.
inline std::vector<std::string> odd_texts() {
  std::vector<std::string> texts{"\u0634\u0631\u0643\u0629 \u0627\u0644\u0646\u0648\u0631",
                                 "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c",
                                 "\U0001f680\U0001f469\u200d\U0001f680",
                                 "a\u0301\u0302\u0303",
                                 "\"}],\"x\":[{\"",
                                 "\\\"\\n\\u0000",
                                 "{{id}} {{{id}}} {{/others}}",
                                 "<script>alert(1)</script>",
                                 "${jndi:ldap://x} %s %n",
                                 "@everyone @here #general",
                                 "line\nline\r\nline\tline",
                                 std::string("nul\0nul", 7),
                                 "\xff\xfe no UTF-8 \xc0\x80",
                                 std::string(255, '&'),
                                 std::string(255, '"'),
                                 std::string(255, '*')};
  for (int i = 0; texts.size() < 100; ++i)
    texts.push_back(fmt::format("{:03}", i) + texts[std::size_t(i) % 16] +
                    texts[std::size_t(i * 7) % 16]);
  return texts;
}

// A tenant's change and that of two pairs, where all that others wrote is `odd`.
inline std::vector<std::string> oddly_worded(const std::string& odd) {
  return worded_family({.tenant = odd,
                        .scope = odd,
                        .labels = {{"team", odd}, {"desk", std::string(255, 'x')}},
                        .collaboration = odd},
                       2);
}

}  // namespace tenantscope
