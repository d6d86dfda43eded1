#include "formats/page/page_event.hpp"

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
