#include "formats/page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text/html.hpp"
#include "domain/environment.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

const WallTime now = *parse_rfc3339("2026-11-23T10:00:00Z");

Watch watch(const std::string& name, std::optional<Finding> known = {}) {
  Watch made{.settings = shared({.key = {.asked = "global", .name = name}})};
  made.status.watched_since = now;
  if (known)
    made.state = {.generation = 1,
                  .found = known->found,
                  .known = known,
                  .last_success = now - std::chrono::minutes(5)};
  made.status.probed = known.has_value();
  return made;
}

Finding usgov(const std::string& scope, const std::string& sub_scope = "") {
  return {.found = true,
          .cloud = "usgov",
          .tenant_id = {},
          .region_scope = scope,
          .sub_scope = sub_scope};
}

std::string shown(const Watch& one) {
  Page page{.now = now, .started = now - std::chrono::hours(27)};
  page.watched = page.matching = 1;
  page.tenants = {&one};
  return page_html(page);
}

bool has(const std::string& html_text, const std::string& part) {
  return html_text.find(part) != std::string::npos;
}

// What is wrong with the tags; "" where each is closed in its turn.
std::string unbalanced(const std::string& text) {
  const std::set<std::string> alone{"meta", "input", "!doctype"};
  std::vector<std::string> open;
  for (auto at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
    const bool closing = text[at + 1] == '/';
    const auto begin = at + 1 + closing;
    const std::string name = text.substr(begin, text.find_first_of(" >", begin) - begin);
    if (!closing && !alone.contains(name))
      open.push_back(name);
    if (closing && (open.empty() || open.back() != name))
      return "</" + name + "> in " + (open.empty() ? "nothing" : open.back());
    if (closing)
      open.pop_back();
  }
  return open.empty() ? "" : "<" + open.back() + "> stays open";
}

TEST(Html, Escapes) {
  EXPECT_EQ(html("<a href=\"x\" title='y'>&amp;</a>"),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
  EXPECT_EQ(html(std::string("a\0b\n\x7f", 5)), "a\uFFFDb\uFFFD\uFFFD");
  EXPECT_EQ(html("Bücher"), "Bücher");
  EXPECT_EQ(percent_encoded("a b&c=d/ü~"), "a%20b%26c%3Dd%2F%C3%BC~");
}

TEST(Page, ShowsAllThatIsKnownOfATenant) {
  Watch one = watch("agency.example", usgov("USGov", "DODCON"));
  settings_of(one).labels = {{"team", "identity"}};
  settings_of(one).expect = {.region_scope = {}, .b2b = B2b::not_supported};
  one.state.last_change.set(Field::region_scope, now - std::chrono::hours(3));
  one.state.last_change.set(Field::b2b_capability, now - std::chrono::hours(3));
  one.state.last_change.set(Field::sub_scope, now - std::chrono::hours(50));
  one.state.pending = Pending{usgov("USG"), 1, now};
  one.status.failure = ErrorKind::timeout;
  one.status.failure_detail = "no answer for 10s";
  one.state.last_success = now - std::chrono::hours(2);
  const std::string text = shown(one);
  const Finding finding = usgov("USGov", "DODCON");
  const Verdict verdict = judge(&finding, RuleSet::docs_2026);
  for (const std::string& part :
       {std::string("agency.example"),
        std::string("asked in global"),
        std::string("team: <bdi>identity"),
        html(verdict.explanation),
        html(verdict.source),
        "Rule " + verdict.rule + " of docs-2026",
        html(verdict.limits.front()),
        std::string(">supported</span>"),
        std::string("<td data-label=\"Environment\"><bdi>GCC High</bdi></td>"),
        html(environment_limit),
        std::string("<bdi>USGov</bdi>"),
        std::string("<bdi>DODCON</bdi>"),
        std::string("<bdi>usgov</bdi>"),
        std::string(
            "datetime=\"2026-11-23T08:00:00.000Z\">2026-11-23 08:00:00 UTC</time> <small>2h ago"),
        std::string("<small>region_scope, b2b_capability</small>"),
        std::string("change pending"),
        std::string("seen 1 of 2 times"),
        std::string("timeout: <bdi>no answer for 10s"),
        std::string(">stale<"),
        std::string("not as expected"),
        std::string("up 1d3h"),
        std::string("as of 2026-11-23T10:00:00 UTC"),
        std::string("href=\"api/v1/tenants/agency.example?cloud=global\"")})
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
}

TEST(Page, SaysWhatIsNotKnown) {
  EXPECT_TRUE(has(shown(watch("new.example")), "not known yet"));
  EXPECT_TRUE(has(shown(watch("new.example")), "not asked yet"));
  EXPECT_TRUE(has(shown(watch("new.example")), ">never<"));
  EXPECT_TRUE(has(shown(watch("gone.example", Finding{})), "no such tenant"));
  EXPECT_TRUE(has(shown(watch("plain.example", usgov(""))), ">none<"));
  EXPECT_TRUE(has(shown(watch("plain.example", usgov("USG"))), ">fine<"));
}

TEST(Page, EscapesWhatComesFromOutside) {
  const std::string evil = "\"><script>alert('x')</script>&\x01";
  Watch one = watch("agency.example", usgov(evil, evil));
  one.state.known->cloud = evil;
  settings_of(one).labels = {{"team", evil}};
  one.status.failure = ErrorKind::other;
  one.status.failure_detail = evil;
  settings_of(one).key.asked = evil;
  Page page{.now = now, .started = now};
  page.query = evil;
  page.tenants = {&one};
  page.watched = page.matching = 500;
  page.offset = 100;
  PairVerdict verdict{.capability = PairCapability::unknown,
                      .rules = RuleSet::docs_2025,
                      .rule = evil,
                      .explanation = evil,
                      .limits = {evil},
                      .advice = {evil},
                      .sources = {evil}};
  page.pairs = {{evil, evil, evil, verdict, ErrorKind::dns}};
  page.matching_pairs = page.declared_pairs = 1;
  const std::string text = page_html(page);
  EXPECT_FALSE(has(text, "<script")) << text;
  EXPECT_FALSE(has(text, "alert('")) << text;
  EXPECT_FALSE(has(text, "\x01"));
  EXPECT_EQ(unbalanced(text), "");
}

TEST(Page, ShowsPairsWithReasonAndAdvice) {
  const Finding host = usgov("USG"), guest{.found = true,
                                           .cloud = "global",
                                           .tenant_id = {},
                                           .region_scope = "NA",
                                           .sub_scope = {}};
  const PairVerdict verdict =
      judge_pair(&host, {.tenant = &guest, .identity = {}}, RuleSet::docs_2025, CrossCloud::unset);
  Page page{.now = now, .started = now};
  page.pairs = {{"joint", "agency.example", "contoso.example", verdict, ErrorKind::dns}};
  page.declared_pairs = 200;
  page.matching_pairs = 150;
  const std::string text = page_html(page);
  for (const std::string& part :
       {std::string("joint"), std::string("agency.example"), std::string("contoso.example"),
        std::string(to_string(verdict.capability)), html(verdict.explanation),
        html(verdict.advice.at(0)), verdict.rule, html(verdict.sources.at(0)),
        std::string("<small>dns</small>"), std::string("1 to 1 of 150"),
        std::string("The others:")})
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  EXPECT_EQ(unbalanced(text), "");
}

TEST(Page, LeadsToTheNextOnes) {
  const Watch one = watch("agency.example");
  Page page{.now = now, .started = now};
  page.query = "a&b";
  page.filter = "stale";
  page.watched = 1000;
  page.matching = 250;
  page.offset = 100;
  page.tenants.assign(100, &one);
  const std::string middle = page_html(page);
  EXPECT_TRUE(has(middle, "101 to 200 of 250"));
  EXPECT_TRUE(has(middle, "href=\"?q=a%26b&amp;state=stale&amp;offset=0\" rel=\"prev\"")) << middle;
  EXPECT_TRUE(has(middle, "href=\"?q=a%26b&amp;state=stale&amp;offset=200\" rel=\"next\""))
      << middle;
  EXPECT_TRUE(has(middle, "<option value=\"stale\" selected>"));
  page.offset = 200;
  page.tenants.resize(50);
  EXPECT_FALSE(has(page_html(page), "rel=\"next\""));
  page.offset = 0;
  page.tenants.clear();
  EXPECT_TRUE(has(page_html(page), "None fits."));
  page.watched = 0;
  EXPECT_TRUE(has(page_html(page), "None is configured."));
}

TEST(Page, NeedsNothingFromElsewhere) {
  const std::string text = shown(watch("agency.example", usgov("USGov")));
  for (const char* part : {"<script", "src=", "<link", "style=", "@import", "url("})
    EXPECT_FALSE(has(text, part)) << part;
  for (auto at = text.find("href=\""); at != text.npos; at = text.find("href=\"", at + 1))
    EXPECT_TRUE(text.compare(at + 6, 4, "http") != 0 && text[at + 6] != '/') << text.substr(at, 60);
  EXPECT_EQ(unbalanced(text), "");
}

TEST(PageMarks, AreWhatTheFiltersName) {
  Watch failing = watch("a.example", usgov("USGov"));
  failing.status.failure = ErrorKind::dns;
  Watch pending = watch("b.example", usgov("USG"));
  pending.state.pending = Pending{usgov("USGov"), 1, now};
  Watch old = watch("c.example", usgov("USGov"));
  old.state.last_success = now - std::chrono::hours(2);
  Watch unmet = watch("d.example");
  unmet.state = {.generation = 1, .found = true, .known = usgov("USG"), .last_success = now};
  settings_of(unmet).expect.region_scope = "USGov";
  const auto filters = [](const Watch& one) {
    std::vector<std::string> passed;
    const PageMarks marks = page_marks(one, RuleSet::docs_2025, now);
    for (std::size_t i = 0; i < marks.size(); ++i)
      if (marks[i])
        passed.emplace_back(page_filters[i]);
    return passed;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(filters(failing), (Names{"supported", "failing"}));
  EXPECT_EQ(filters(pending), (Names{"not_supported", "pending"}));
  EXPECT_EQ(filters(old), (Names{"supported", "stale"}));
  EXPECT_EQ(filters(unmet), (Names{"not_supported", "unmet"}));
  EXPECT_EQ(filters(watch("e.example")), Names{"unknown"});
}

}  // namespace
}  // namespace tenantscope
