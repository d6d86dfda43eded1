#include "formats/journal_chain.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "domain/event.hpp"
#include "formats/json.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

using Gaps = JournalChain::Gaps;

// Events that follow one another, 1 to `count`; the first `unchained` as before there was a chain.
std::vector<ChainLink> chain_of(std::uint64_t count, std::uint64_t unchained = 1) {
  std::vector<ChainLink> links;
  std::string previous;
  for (std::uint64_t at = 1; at <= count; ++at) {
    links.push_back(
        {.head = {at, sha256_hex(std::to_string(at))}, .previous = at > unchained ? previous : ""});
    previous = links.back().head.hash;
  }
  return links;
}

ChainReport check(const std::vector<ChainLink>& links, Gaps gaps,
                  std::map<std::uint64_t, std::string> kept = {}) {
  JournalChain chain(gaps, std::move(kept));
  for (const ChainLink& link : links)
    chain.take(link);
  return chain.report();
}

std::vector<ChainLink> without(std::vector<ChainLink> links, std::uint64_t first,
                               std::uint64_t last) {
  std::erase_if(links, [&](const ChainLink& link) {
    return first <= link.head.sequence && link.head.sequence <= last;
  });
  return links;
}

TEST(ChainHead, IsReadAsItIsPrinted) {
  const ChainHead head{42, std::string(64, 'a')};
  EXPECT_EQ(parse_chain_head(to_string(head)), head);
  EXPECT_EQ(parse_chain_head("00000000000000000042:" + head.hash), head);
  for (const std::string& text :
       {std::string(), std::string(":"), "42:" + head.hash + " ", "42:" + head.hash.substr(1),
        "x:" + head.hash, ":" + head.hash, "-1:" + head.hash, "42:" + std::string(64, 'A'),
        "99999999999999999999999:" + head.hash, head.hash, std::string("42")})
    EXPECT_FALSE(parse_chain_head(text)) << text;
}

TEST(ChainEvent, IsReadOfAnEventOnly) {
  const std::string text =
      R"({"type":"tenantscope.ledger.rewound.v1","sequence":"00000000000000000007",)"
      R"("previoushash":"ab","data":{"rewound_to":5}})";
  const ChainLink link = chain_link(parse_event(text).value(), text);
  EXPECT_EQ(link.head, (ChainHead{7, sha256_hex(text)}));
  EXPECT_EQ(link.previous, "ab");
  EXPECT_TRUE(link.rewound);
  EXPECT_EQ(link.rewound_to, 5u);
  for (const char* other :
       {"", "{", "[]", "7", "{}", R"({"sequence":7})", R"({"sequence":"7"})",
        R"({"sequence":"0000000000000000000x"})", R"({"sequence":"99999999999999999999"})",
        "{\"sequence\":\"00000000000000000007\"}x", "\xff\xfe{"})
    EXPECT_FALSE(parse_event(other)) << other;
  EXPECT_FALSE(parse_event(std::string(100'000, '[')));
}

// The bytes that a daemon sends, read and written again, have the hash of those that are stored.
TEST(ChainEvent, HasTheSameBytesWhenItIsReadAndWrittenAgain) {
  for (const std::string& text : {every_hostile_character(), hostile_text(), stray_bytes()}) {
    ChangeEvent event{.tenant = {.asked = "global", .name = text}};
    event.transition.current = {.found = true, .cloud = "usgov", .region_scope = text};
    event.transition.evidence.url = text;
    event.labels = {{"owner", text}};
    const std::string stored = cloud_event(event, Guid{}, 42, text, std::string(64, 'a'));
    ASSERT_EQ(json_line(parse_event(stored).value()), stored);
  }
}

TEST(JournalChain, ListsGapsOrBreaksAtThem) {
  const auto links = without(chain_of(10), 4, 6);
  const ChainReport listed = check(links, Gaps::are_listed);
  EXPECT_EQ(listed.state, ChainState::intact);
  ASSERT_EQ(listed.gaps.size(), 1u);
  EXPECT_EQ(listed.gaps[0].first, 4u);
  EXPECT_EQ(listed.gaps[0].last, 6u);
  const ChainReport broken = check(links, Gaps::are_breaks);
  EXPECT_EQ(broken.state, ChainState::broken);
  ASSERT_EQ(broken.breaks.size(), 1u);
  EXPECT_EQ(broken.breaks[0].what, "events 4 to 6 are missing");
  EXPECT_TRUE(broken.gaps.empty());
}

TEST(JournalChain, MissesTheNewest) {
  for (const std::uint64_t last : {3u, 4u, 6u}) {
    JournalChain chain(Gaps::are_breaks, {});
    for (const ChainLink& link : chain_of(3))
      chain.take(link);
    chain.end_at(last);
    const ChainReport report = chain.report();
    EXPECT_EQ(report.state, last == 3 ? ChainState::intact : ChainState::broken);
    ASSERT_EQ(report.breaks.size(), last == 3 ? 0u : 1u);
    for (const ChainBreak& one : report.breaks)
      EXPECT_EQ(one.what, last == 4 ? "event 4 is missing" : "events 4 to 6 are missing");
  }
}

// Whether they were there when the next one was written.
TEST(JournalChain, SaysHowAGapCameToBe) {
  auto links = without(chain_of(10), 4, 6);
  EXPECT_NE(check(links, Gaps::are_breaks).breaks.at(0).cause.find("they were removed"),
            std::string::npos);
  links[3].previous = links[2].head.hash;
  EXPECT_NE(check(links, Gaps::are_breaks).breaks.at(0).cause.find("before event 7 was written"),
            std::string::npos);
}

TEST(JournalChain, OfASinkBreaksWhereTwoNeighboursDontFit) {
  auto links = without(chain_of(10), 4, 6);
  links[5].head.hash = sha256_hex("edited");
  const ChainReport report = check(links, Gaps::are_listed);
  EXPECT_EQ(report.state, ChainState::broken);
  ASSERT_EQ(report.breaks.size(), 1u);
  EXPECT_EQ(report.breaks[0].sequence, 10u);
}

TEST(JournalChain, MayBeginWithEventsOfBeforeThereWasOne) {
  const ChainReport report = check(chain_of(10, 4), Gaps::are_breaks);
  EXPECT_EQ(report.state, ChainState::intact);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("event 4"), std::string::npos) << report.notes[0];
  auto links = chain_of(10);
  links[6].previous.clear();  // it was taken off
  EXPECT_EQ(check(links, Gaps::are_breaks).state, ChainState::broken);
}

TEST(JournalChain, OfAFirstEventHasNothingBefore) {
  auto links = chain_of(3);
  links[0].previous = std::string(64, 'a');
  EXPECT_EQ(check(links, Gaps::are_breaks).state, ChainState::broken);
  EXPECT_EQ(check(links, Gaps::are_listed).state, ChainState::broken);
  const ChainReport later = check(without(chain_of(5), 1, 2), Gaps::are_breaks);
  EXPECT_EQ(later.state, ChainState::intact);
  EXPECT_EQ(later.notes.size(), 1u) << "nobody knows what was before";
}

TEST(JournalChain, FindsWhatWasKeptElsewhere) {
  const auto links = without(chain_of(10), 1, 2);
  const std::string other(64, 'a');
  const auto state = [&](const std::map<std::uint64_t, std::string>& kept, Gaps gaps) {
    return check(gaps == Gaps::are_listed ? without(links, 5, 5) : links, gaps, kept).state;
  };
  const auto hash = [](std::uint64_t at) { return sha256_hex(std::to_string(at)); };
  for (const Gaps gaps : {Gaps::are_breaks, Gaps::are_listed}) {
    EXPECT_EQ(state({{7, hash(7)}}, gaps), ChainState::intact);
    EXPECT_EQ(state({{7, hash(7)}, {2, other}}, gaps), ChainState::intact);
    EXPECT_EQ(state({{7, other}}, gaps), ChainState::rewritten);
    EXPECT_EQ(state({{7, other}, {8, hash(8)}, {11, other}}, gaps), ChainState::rewritten);
    EXPECT_EQ(state({{8, hash(8)}, {11, other}}, gaps), ChainState::shortened);
    EXPECT_EQ(state({{2, hash(2)}}, gaps), ChainState::gone);
  }
  EXPECT_EQ(state({{5, other}}, Gaps::are_listed), ChainState::gone) << "a filter left it out";
  EXPECT_EQ(state({{1, other}}, Gaps::are_breaks), ChainState::gone);
  EXPECT_EQ(check({}, Gaps::are_breaks, {{1, other}}).state, ChainState::shortened);
}

std::string unchanged(const ChainReport& report) {
  std::string text;
  for (const SequenceRange& range : report.unchanged)
    text += fmt::format("{}-{} ", range.first, range.last);
  return text;
}

std::map<std::uint64_t, std::string> kept(const std::vector<std::uint64_t>& sequences) {
  std::map<std::uint64_t, std::string> hashes;
  for (const std::uint64_t at : sequences)
    hashes[at] = sha256_hex(std::to_string(at));
  return hashes;
}

// What is kept of one side of a gap proves nothing of the other.
TEST(JournalChain, SaysWhichEventsAreProved) {
  const auto links = without(without(chain_of(12), 4, 6), 10, 10);
  const auto proved = [&](const std::vector<std::uint64_t>& sequences) {
    return unchanged(check(links, Gaps::are_listed, kept(sequences)));
  };
  EXPECT_EQ(proved({2}), "1-2 ");
  EXPECT_EQ(proved({9}), "7-9 ");
  EXPECT_EQ(proved({2, 3, 8, 12}), "1-3 7-8 11-12 ");
  EXPECT_EQ(proved({5}), "");
  EXPECT_EQ(unchanged(check(without(chain_of(10), 1, 2), Gaps::are_breaks, kept({2, 5, 7}))),
            "3-7 ");
  EXPECT_EQ(unchanged(check(chain_of(10, 4), Gaps::are_breaks, kept({2, 7}))), "2-2 4-7 ");
}

// A journal of 1 to 6 that went back to 3, as sinks have kept it.
class ChainOverARestore : public testing::Test {
 protected:
  ChainOverARestore() {
    links_.push_back({.head = {1000, sha256_hex("1000")},
                      .previous = links_[2].head.hash,
                      .rewound = true,
                      .rewound_to = 3});
    links_.push_back({.head = {1001, sha256_hex("1001")}, .previous = links_[6].head.hash});
  }

  std::vector<ChainLink> links_ = chain_of(6);
};

TEST_F(ChainOverARestore, OfASinkHasWhatWasGivenUp) {
  const ChainReport report = check(links_, Gaps::are_listed, kept({5, 1001}));
  EXPECT_EQ(report.state, ChainState::intact);
  EXPECT_TRUE(report.gaps.empty());
  EXPECT_EQ(unchanged(report), "1-5 1000-1001 ");
  links_[4].head.hash = sha256_hex("edited");
  EXPECT_EQ(check(links_, Gaps::are_listed).state, ChainState::broken);
}

TEST_F(ChainOverARestore, OfASinkWithAFilterIsNotShortened) {
  const auto links = without(without(links_, 2, 4), 6, 6);
  for (const std::uint64_t left_out : {2u, 3u, 4u, 6u, 999u}) {
    EXPECT_EQ(check(links, Gaps::are_listed, kept({left_out})).state, ChainState::gone);
    EXPECT_EQ(check(links, Gaps::are_listed, kept({left_out, 5})).state, ChainState::intact);
  }
  const ChainReport early = check(without(links_, 2, 6), Gaps::are_listed, kept({1, 1000, 5}));
  EXPECT_EQ(early.state, ChainState::intact);
  ASSERT_EQ(early.gaps.size(), 1u);
  EXPECT_EQ(early.gaps[0].first, 2u);
  EXPECT_EQ(early.gaps[0].last, 3u) << "the others were given up";
  EXPECT_EQ(unchanged(early), "1-1 1000-1000 ");
}

TEST_F(ChainOverARestore, FollowsTheOneThatItSays) {
  auto links = without(links_, 4, 6);
  EXPECT_EQ(unchanged(check(links, Gaps::are_listed, kept({1001}))), "1-1001 ");
  EXPECT_EQ(unchanged(check(links, Gaps::are_breaks, kept({1001}))), "1-1001 ");
  EXPECT_EQ(check(links, Gaps::are_breaks, kept({5, 1})).state, ChainState::shortened);
  links[3].previous = std::string(64, 'a');
  EXPECT_EQ(check(links, Gaps::are_listed).state, ChainState::broken);
}

TEST(JournalChain, NamesTheFirstOfManyBreaks) {
  auto links = chain_of(100);
  for (ChainLink& link : links)
    link.previous = std::string(64, 'a');
  const ChainReport report = check(links, Gaps::are_breaks);
  EXPECT_EQ(report.breaks.size(), 20u);
  EXPECT_EQ(report.more_breaks, 80u);
}

}  // namespace
}  // namespace tenantscope
