#include "formats/page/page_event.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "formats/event_text.hpp"
#include "formats/template/sample_messages.hpp"

namespace tenantscope {
namespace {

const WallTime happened = *parse_rfc3339("2026-11-23T10:00:00Z");
const TenantKey agency{.asked = "global", .name = "agency.example"};

PageEvent read(EventKind kind) {
  const std::vector<SampleMessage> samples = sample_messages();
  return page_event(3, kind, agency, happened, samples[std::size_t(kind)].events.front());
}

TEST(PageEvent, HasWhatItsEventSays) {
  const PageEvent event = read(EventKind::changed);
  EXPECT_EQ(event.sequence, 3u);
  EXPECT_EQ(event.severity, Severity::critical);
  EXPECT_TRUE(event.sentence.starts_with("agency.example")) << event.sentence;
  ASSERT_EQ(event.changes.size(), 2u);
  EXPECT_EQ(event.changes[0].field, "region_scope");
  EXPECT_EQ(event.changes[0].from, "USGov");
  EXPECT_EQ(event.changes[0].to, "USG");
  EXPECT_EQ(event.verdict, "not_supported");
  EXPECT_EQ(event.confirmations, 2u);
  EXPECT_EQ(event.request_id, "00000000-0000-4000-8000-00000000000b");
  EXPECT_EQ(event.sha256.size(), 64u);
  EXPECT_TRUE(event.host.empty());
}

TEST(PageEvent, OfAPairNamesBoth) {
  const PageEvent event = read(EventKind::collaboration_changed);
  EXPECT_EQ(event.host, "agency.example");
  EXPECT_EQ(event.guest, "partner.example");
  EXPECT_EQ(event.verdict, "not_supported");
}

TEST(PageEvent, IsReadOfEachKind) {
  for (const EventKind kind : event_kinds)
    EXPECT_FALSE(read(kind).sentence.empty()) << to_string(kind);
  EXPECT_TRUE(read(EventKind::drill).request_id.empty()) << "which has no evidence";
}

// "KIND TENANT +PAIRS" of each.
std::string folded(std::vector<PageEvent> events, std::size_t most = 10) {
  std::string text;
  for (const PageEvent& event : with_their_pairs(std::move(events), most))
    text += fmt::format("{} {} +{}; ", to_string(event.kind), event.tenant.name, event.pairs);
  return text;
}

PageEvent of_kind(EventKind kind, const char* tenant, int minute = 0) {
  return {.kind = kind,
          .tenant = {.asked = "global", .name = tenant},
          .time = happened + std::chrono::minutes(minute)};
}

TEST(PageEvent, OfATenantIsToldWithItsPairs) {
  const PageEvent changed = of_kind(EventKind::changed, "a");
  const PageEvent expectation = of_kind(EventKind::expectation_changed, "a");
  const PageEvent pair = of_kind(EventKind::collaboration_changed, "a");
  EXPECT_EQ(folded({pair, pair, changed}), "changed a +2; ");
  EXPECT_EQ(folded({pair, pair, expectation, changed}), "expectation_changed a +0; changed a +2; ");
  EXPECT_EQ(folded({pair, pair}), "collaboration_changed a +1; ") << "its tenant's isn't there";
  EXPECT_EQ(folded({pair, of_kind(EventKind::changed, "b")}),
            "collaboration_changed a +0; changed b +0; ");
  EXPECT_EQ(folded({pair, of_kind(EventKind::changed, "a", 1)}),
            "collaboration_changed a +0; changed a +0; ")
      << "of another change";
  EXPECT_EQ(folded({changed, changed, changed}), "changed a +0; changed a +0; changed a +0; ");
  EXPECT_EQ(folded({changed, pair, expectation, changed}, 2),
            "changed a +0; expectation_changed a +0; ");
}

// What an older version wrote, or damage, costs no page.
TEST(PageEvent, IsReadOfWhatIsNoEvent) {
  for (const char* text : {"", "{", "[]", "{\"data\": 7}", "{\"data\": {\"severity\": \"x\"}}"}) {
    const PageEvent event = page_event(3, EventKind::changed, agency, happened, text);
    EXPECT_EQ(event.sequence, 3u) << text;
    EXPECT_EQ(event.severity, Severity::info) << text;
  }
}

}  // namespace
}  // namespace tenantscope
