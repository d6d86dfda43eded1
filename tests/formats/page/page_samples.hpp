// Tenants and events as pages show them, and what every page has to hold.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "formats/page/events_page.hpp"
#include "formats/page/explain_page.hpp"
#include "formats/page/missing_page.hpp"
#include "formats/page/overview.hpp"
#include "formats/page/pairs_page.hpp"
#include "formats/page/replicas_page.hpp"
#include "formats/page/tenant_page.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope::samples {

inline const WallTime now = *parse_rfc3339("2026-11-23T10:00:00Z");

inline Finding usgov(std::string_view scope, std::string_view sub_scope = "") {
  return {.found = true,
          .cloud = "usgov",
          .tenant_id = *parse_guid("00000000-0000-4000-8000-00000000000a"),
          .region_scope = scope,
          .sub_scope = sub_scope};
}

// Heard of five minutes ago, where anything is known.
inline Watch watch(std::string_view name, std::optional<Finding> known = {}) {
  Watch made{.settings = shared({.key = {.asked = "global", .name = std::string(name)}})};
  made.status.watched_since = now;
  made.status.next_probe = now + std::chrono::minutes(10);
  if (known)
    made.state = {.generation = 1,
                  .found = known->found,
                  .known = known,
                  .last_success = now - std::chrono::minutes(5)};
  made.status.probed = known.has_value();
  return made;
}

// With `text` wherever it can have any, and all that can be the matter.
inline Watch troubled(const std::string& text) {
  Watch made = watch(text, Finding{.found = true,
                                   .cloud = text,
                                   .tenant_id = *parse_guid("00000000-0000-4000-8000-00000000000a"),
                                   .region_scope = text,
                                   .sub_scope = text});
  TenantSettings& settings = settings_of(made);
  settings.key.asked = text;
  settings.labels = {{"team", text}};
  settings.expect = {.region_scope = "USGov", .b2b = B2b::supported};
  made.state.last_change.set(Field::region_scope, now - std::chrono::hours(3));
  made.state.pending = Pending{usgov("USG"), 1, now, now - std::chrono::hours(2)};
  made.state.last_success = now - std::chrono::hours(2);
  made.status.failure = ErrorKind::timeout;
  made.status.failure_detail = text;
  made.status.failing_since = now - std::chrono::hours(2);
  made.status.failures_in_a_row = 8;
  return made;
}

inline PageEvent event(const std::string& text) {
  return {.sequence = 7,
          .id = text,
          .kind = EventKind::changed,
          .severity = Severity::critical,
          .tenant = {.asked = text, .name = text},
          .time = now - std::chrono::hours(3),
          .sentence = text,
          .changes = {{text, text, text}},
          .host = text,
          .guest = text,
          .verdict = text,
          .first_seen = text,
          .confirmations = 2,
          .request_id = text,
          .sha256 = text,
          .url = text};
}

inline PageFrame frame() {
  return {.refresh = {}, .start = now - std::chrono::hours(27), .now = now};
}

inline PageFrame troubled_frame(const std::string& text) {
  PageFrame made = frame();
  made.refresh = 30;
  made.shared = true;
  made.problems = {{.part = "sink", .name = text, .text = text},
                   {.part = "storage", .name = {}, .text = text}};
  return made;
}

// Of these tenants, all of which are offered.
inline Overview overview(const std::vector<Watch>& watches, const OverviewQuery& query = {}) {
  OverviewChoice choice(query, default_rules, now);
  for (std::uint32_t i = 0; i < watches.size(); ++i)
    choice.offer(i, watches[i]);
  Overview made{.query = query, .counts = choice.counts(), .matching = choice.matching()};
  for (const std::uint32_t number : choice.shown())
    made.lines.push_back(tenant_line(watches[number], default_rules, now));
  for (const std::uint32_t number : choice.looks())
    made.looks.push_back(tenant_line(watches[number], default_rules, now));
  made.events.emplace();
  return made;
}

// All that an overview can have, with `text` wherever it can have any.
inline Overview full_overview(const std::string& text) {
  OverviewQuery query{.order = {OverviewColumn::change, true}, .state = {}, .environment = {}};
  query.label_name = text;
  query.name = text;
  query.refresh = 30;
  Watch seen = troubled(text);
  Overview made = overview({seen, watch("b.example", usgov("USGov"))}, query);
  made.lines = {tenant_line(seen, default_rules, now)};
  made.counts.looks = 20;
  made.matching = 500;
  made.query.offset = 100;
  made.events->push_back(event(text));
  return made;
}

// All that a tenant's page can have, likewise.
inline TenantPage full_tenant(const std::string& text) {
  TenantPage made{.watch = troubled(text)};
  settings_of(made.watch).tenant_id = parse_guid("00000000-0000-4000-8000-00000000000b");
  made.watch.state.stranger = usgov(text);
  PageEvent first = event(text);
  first.kind = EventKind::baselined;
  first.time = now - std::chrono::hours(30);
  first.verdict = "supported";
  made.events.emplace(TenantPage::most_events, event(text));
  made.events->push_back(first);
  made.pairs = {{text, text, text, PairCapability::conditional, "explain?host=a&guest=b"}};
  made.more_pairs = 3;
  made.failures = {{.time = now - std::chrono::hours(5),
                    .duration = std::chrono::milliseconds(250),
                    .reason = "http_status",
                    .detail = text,
                    .request_id = text,
                    .body = text}};
  return made;
}

inline MissingPage full_missing(const std::string& text) {
  return {.wanted = text, .choices = {{.asked = text, .name = text}}};
}

// A collaboration of two hosts and two guests, of which one is both.
inline PairMatrix matrix(const std::string& text) {
  const PairCell supported{PairCapability::supported, pair_address(text, text)};
  const PairCell not_supported{PairCapability::not_supported, pair_address(text, text)};
  return {.collaboration = text,
          .hosts = {text, text},
          .guests = {text, text},
          .cells = {{supported, {}}, {not_supported, supported}},
          .more_hosts = 2,
          .more_guests = 3};
}

inline PairsPage full_pairs(const std::string& text) {
  return {.collaborations = 9, .offset = 3, .matrices = {matrix(text)}};
}

// An answer and, though that doesn't happen, a refusal.
inline ExplainPage full_explain(const std::string& text) {
  Explanation explanation;
  explanation.pair.host = facts_of(troubled(text));
  explanation.pair.guest = explanation.pair.host;
  explanation.pair.word = {.setting = CrossCloud::enabled, .giver = WordGiver::flag, .doubt = text};
  explanation.verdict = {.capability = PairCapability::conditional,
                         .rule = text,
                         .explanation = text,
                         .limits = {text},
                         .advice = {text},
                         .sources = {text, text + " (https://learn.microsoft.com/a)"}};
  explanation.alternatives = {{IdentityProvider::google, PairCapability::supported}};
  return {.host = text,
          .guest = text,
          .cross_cloud = text,
          .explanation = std::move(explanation),
          .host_watched = true,
          .guest_watched = false,
          .refusal = text,
          .may_ask = true};
}

// All that the journal's page can have, likewise.
inline EventsPage full_events(const std::string& text) {
  return {.query = {.tenant = text,
                    .cloud = text,
                    .type = text,
                    .severity = text,
                    .since = text,
                    .until = text,
                    .before = 9},
          .events = std::vector{event(text)},
          .next = 7};
}

// Other replicas are the only place elsewhere, but for Microsoft's, to which a page leads.
inline constexpr const char* replica_url = "http://replica.example/";

// North, which is active, one that was before it, and `text`, which shows this.
inline ReplicasPage full_replicas(const std::string& text) {
  const Replica north{.name = "north",
                      .url = {},
                      .version = "1.0",
                      .config = "0123456789abcdef",
                      .state = ReplicaState::active,
                      .since = now - std::chrono::hours(2),
                      .sequence = 40,
                      .lease_end = now + std::chrono::seconds(10),
                      .live = true,
                      .active = true};
  Replica gone = north;
  gone.name = "gone";
  gone.live = gone.active = false;
  gone.lease_end = now - std::chrono::seconds(60);
  Replica self = north;
  self.name = self.version = self.config = text;
  self.url = replica_url + text;
  self.state = ReplicaState::standby;
  self.active = false;
  self.sequence = 39;
  return {.self = text,
          .lease = std::chrono::seconds(10),
          .replicas = Replicas{.all = {gone, north, self}, .head = 42, .now = now}};
}

inline std::string shown(const Overview& overview) { return overview_html(overview, frame()); }

// Whether a page has `part` in it.
inline bool has(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

// What is wrong with the tags; "" where each is closed in its turn.
inline std::string unbalanced(const std::string& page) {
  const std::set<std::string> alone{"meta", "input", "!doctype", "link", "line"};
  std::vector<std::string> open;
  for (auto at = page.find('<'); at != page.npos; at = page.find('<', at + 1)) {
    const bool closing = page[at + 1] == '/';
    const auto begin = at + 1 + (closing ? 1 : 0);
    const std::string name = page.substr(begin, page.find_first_of(" />\n", begin) - begin);
    if (!closing && !alone.contains(name))
      open.push_back(name);
    if (closing && (open.empty() || open.back() != name))
      return "</" + name + "> in " + (open.empty() ? "nothing" : open.back());
    if (closing)
      open.pop_back();
  }
  return open.empty() ? "" : "<" + open.back() + "> stays open";
}

// What a page has that it mustn't; "" where there is none: scripts, styles of their own, anything
// from elsewhere, links that leave out what stands before the daemon's own paths.
inline std::string forbidden(const std::string& page) {
  for (const char* part :
       {"<script", "src=", "style=\"", "@import", "url(", " onload=", " onclick=", "javascript:"})
    if (has(page, part))
      return part;
  for (auto at = page.find("href=\""); at != page.npos; at = page.find("href=\"", at + 1)) {
    const std::string address = page.substr(at + 6, page.find('"', at + 6) - at - 6);
    const bool elsewhere =
        address.find(':') != address.npos && !address.starts_with("https://learn.microsoft.com/") &&
        !address.starts_with(replica_url) && !address.starts_with("data:image/svg+xml,");
    if (address.empty() || address.starts_with('/') || elsewhere)
      return "href " + address;
  }
  return unbalanced(page);
}

}  // namespace tenantscope::samples
