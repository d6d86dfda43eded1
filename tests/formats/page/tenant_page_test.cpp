#include "formats/page/tenant_page.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::has;
using samples::usgov;
using samples::watch;

std::string shown_tenant(const TenantPage& tenant) {
  PageFrame frame = samples::frame();
  frame.below_root = true;
  return tenant_html(tenant, frame);
}

TenantPage known() {
  TenantPage made{.watch = watch("agency.example", usgov("USGov", "DODCON"))};
  made.events.emplace();
  return made;
}

void expect_all(const std::string& page, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    EXPECT_TRUE(has(page, part)) << part << "\n" << page;
  EXPECT_EQ(samples::forbidden(page), "");
}

TEST(TenantPage, SaysTheVerdictAndWhy) {
  expect_all(
      shown_tenant(known()),
      {"<title>agency.example: supported · tenantscope</title>", "fill='%23116329'/%3E",
       "<p>An Azure US Government tenant with the region scope USGov supports B2B",
       "Rule usgov-scope-usgov of docs-2026.",
       "<a href=\"https://learn.microsoft.com/entra/external-id/b2b-government-national-clouds\">",
       "<dt>Environment</dt><dd>GCC High: Microsoft 365 GCC High,", "<dd><bdi>USGov</bdi></dd>",
       "<dd><bdi>DODCON</bdi></dd>", "<a href=\"../?environment=gcc_high\">GCC High</a>",
       "<a href=\"../api/v1/tenants/agency.example?cloud=global\">The same as JSON</a>",
       "in 10m, each 15m", "Nothing: B2B works within its own cloud"});
}

TEST(TenantPage, SaysWhatIsTheMatter) {
  TenantPage tenant{.watch = samples::troubled("no answer for 10s")};
  settings_of(tenant.watch).key = {.asked = "usgov", .name = "agency.example"};
  expect_all(shown_tenant(tenant),
             {"<title>agency.example: unknown, needs a look · tenantscope</title>",
              "<span class=\"soft\">asked in usgov</span>",
              "<span class=\"state bad\">timeout</span>: <bdi>no answer for 10s</bdi>",
              "2h ago, 8 in a row", "<span class=\"state bad\">unmet</span>",
              "<a href=\"../?cloud=usgov&amp;state=failing\">Look there</a>",
              "<dt>region_scope changed</dt>",
              "<dt>Label <bdi>team</bdi></dt><dd><a href=\"../?label=team%3Ano%20answer",
              "The journal can't be read now."});
}

TEST(TenantPage, ShowsItsHistoryWithEvidence) {
  TenantPage tenant = known();
  PageEvent lost = samples::event("x");
  lost.tenant = tenant.watch.settings->key;
  lost.sentence = "agency.example lost B2B";
  lost.verdict = "not_supported";
  lost.request_id = "11111111-2222";
  PageEvent first = lost;
  first.kind = EventKind::baselined;
  first.verdict = "supported";
  first.time = samples::now - std::chrono::hours(30);
  tenant.events = {lost, first};
  const std::string page = shown_tenant(tenant);
  expect_all(page, {"<svg viewBox=\"0 0 1000 60\" role=\"img\"",
                    "supported for 27h from 2026-11-22; not_supported for 3h from 2026-11-23;",
                    "<rect class=\"good\" x=\"0.0\" y=\"22\" width=\"900.0\"",
                    "<rect class=\"bad\" x=\"900.0\" y=\"22\" width=\"100.0\"",
                    "<tr id=\"event-7\">", "<bdi>agency.example lost B2B</bdi>",
                    "<dd><bdi>11111111-2222</bdi></dd>", "sightings until it was confirmed: 2"});
  EXPECT_FALSE(has(page, "Older ones are in"));
  tenant.events->resize(TenantPage::most_events, first);
  EXPECT_TRUE(has(shown_tenant(tenant), "Older ones are in"));
}

TEST(TenantPage, SaysWhatAVanishedTenantWas) {
  TenantPage tenant = known();
  tenant.watch.state.found = false;
  tenant.watch.state.last_change.set(Field::presence, samples::now - std::chrono::hours(3));
  const std::string page = shown_tenant(tenant);
  expect_all(page,
             {"<title>agency.example: unknown, needs a look · tenantscope</title>",
              "<span class=\"state bad\">vanished</span>",
              "<bdi>no such tenant is found any more, since 3h</bdi>",
              "<dt>Environment</dt><dd>unknown: there is no document to tell by</dd>",
              "<dt>Before it vanished</dt><dd>GCC High, region scope <bdi>USGov</bdi>, sub scope",
              "<bdi>DODCON</bdi>, tenant ID 00000000-0000-4000-8000-00000000000a</dd>"});
  EXPECT_FALSE(has(page, "<dt>Region scope</dt>"));
}

TEST(TenantPage, HasFailuresThatAreOver) {
  TenantPage tenant = known();
  EXPECT_FALSE(has(shown_tenant(tenant), "Its last failures"));
  tenant.failures = {{.time = samples::now - std::chrono::hours(5),
                      .duration = std::chrono::milliseconds(250),
                      .reason = "http_status",
                      .detail = "the authority answered with status 503",
                      .request_id = "4711",
                      .body = "<h1>busy</h1>"}};
  expect_all(shown_tenant(tenant),
             {"Its last failures", "2026-11-23 05:00:00 UTC</time>, 5h ago",
              "<span class=\"state bad\">http_status</span>: <bdi>the authority answered with",
              "after 0.250 s, request ID <bdi>4711</bdi>",
              "<code><bdi>&lt;h1&gt;busy&lt;/h1&gt;</bdi></code>",
              "<a href=\"../api/v1/probes?tenant=agency.example&amp;cloud=global\">"});
}

TEST(TenantPage, SaysWhatIsNotKnown) {
  TenantPage tenant{.watch = watch("new.example")};
  tenant.events.emplace();
  const std::string page = shown_tenant(tenant);
  expect_all(page, {"<dt>Its document</dt><dd>not known yet</dd>", "none yet",
                    "The journal has no event of it", "None is declared under"});
  EXPECT_FALSE(has(page, "<svg viewBox"));
}

TEST(TenantPage, NamesItsPairs) {
  TenantPage tenant = known();
  tenant.pairs = {{"joint", "agency.example", "partner.example", PairCapability::conditional,
                   pair_address("agency.example@global", "partner.example@global")}};
  tenant.more_pairs = 7;
  expect_all(shown_tenant(tenant),
             {"<span class=\"state mind\"><a "
              "href=\"../explain?host=agency.example%40global&amp;guest=partner.example%40global\">"
              "conditional</a></span> <bdi>agency.example</bdi> invites "
              "<bdi>partner.example</bdi>, in <bdi>joint</bdi>",
              "<a href=\"../explain?host=agency.example%40global\">Whom can it invite?</a>",
              "and 7 more"});
}

TEST(TenantPage, OfNobodyLeadsToThoseThatAreNear) {
  PageFrame frame = samples::frame();
  frame.below_root = true;
  const MissingPage missing{.wanted = "contso.example",
                            .choices = {{.asked = "global", .name = "contoso.example"}}};
  expect_all(missing_html(missing, frame),
             {"<title>contso.example isn&#39;t watched · tenantscope</title>", "Did you mean",
              "<a href=\"../tenants/contoso.example?cloud=global\"><bdi>contoso.example</bdi>, "
              "asked in global</a>",
              "<a href=\"../?q=contso.example\">"});
  const MissingPage several{.wanted = "a.example",
                            .several = true,
                            .choices = {{.asked = "global", .name = "a.example"},
                                        {.asked = "china", .name = "a.example"}}};
  expect_all(missing_html(several, frame),
             {"<title>a.example: which one? · tenantscope</title>", "is asked in several clouds",
              "<a href=\"../tenants/a.example?cloud=china\">"});
  EXPECT_FALSE(has(missing_html(several, frame), "Did you mean"));
}

}  // namespace
}  // namespace tenantscope
