// What was kept of a journal, and what people give instead.
#include "commands/kept_events.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

std::string event(int sequence, const std::string& rest = "") {
  return fmt::format(R"({{"specversion":"1.0","sequence":"{:020}"{}}})", sequence, rest);
}

class Kept : public testing::Test {
 protected:
  KeptEvents read(const std::string& text, HeadLines heads = HeadLines::are_taken) const {
    std::ofstream(file_, std::ios::binary) << text;
    return read_kept_events(file_, heads);
  }
  // Without the file's name.
  std::string refusal(const std::string& text, HeadLines heads = HeadLines::are_taken) const {
    try {
      (void)read(text, heads);
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_failure);
      const std::string what = error.what();
      EXPECT_TRUE(what.starts_with(file_ + ":")) << what;
      return what.substr(file_.size() + 1);
    }
    return "";
  }

  TemporaryFolder folder_;
  const std::string file_ = folder_.path() / "kept.jsonl";
};

TEST_F(Kept, IsALineEach) {
  for (const char* const end : {"\n", "\r\n", "\n\n", "\r\n\r\n"}) {
    const KeptEvents kept = read(event(7) + end + event(9, R"(,"previoushash":"ab")") + end);
    ASSERT_EQ(kept.links.size(), 2u);
    EXPECT_EQ(kept.links.at(7).head.hash, sha256_hex(event(7))) << "without the line's end";
    EXPECT_EQ(kept.links.at(9).previous, "ab");
  }
  EXPECT_EQ(read(event(7) + "\n" + event(8)).links.size(), 2u) << "the last one has no end";
}

TEST_F(Kept, MayRepeatAndStandInAnyOrder) {
  const KeptEvents kept = read(event(9) + "\n" + event(7) + "\n" + event(9) + "\n");
  EXPECT_EQ(kept.links.size(), 2u);
  EXPECT_EQ(kept.repeats, 1u);
  EXPECT_TRUE(kept.contradictions.empty());
  const KeptEvents two = read(event(9) + "\n" + event(9, R"(,"x":1)") + "\n");
  ASSERT_EQ(two.contradictions.size(), 1u);
  EXPECT_EQ(two.contradictions[0].what, "two different events have the number 9");
}

TEST_F(Kept, MayBeHeadsAsTheyArePrinted) {
  const std::string hash(64, 'a');
  const std::string report = R"({"state":"intact","head":"9:)" + hash + R"("})";
  const KeptEvents kept = read("7:" + hash + "\r\n" + report + "\n" + event(8) + "\n" +
                               R"({"state":"broken","head":null})" + "\n");
  EXPECT_EQ(kept.hashes(), (std::map<std::uint64_t, std::string>{
                               {7, hash}, {8, sha256_hex(event(8))}, {9, hash}}));
  EXPECT_EQ(refusal("7:" + hash + "\n", HeadLines::are_refused).substr(0, 34),
            "1: not an event of a journal: it i");
  EXPECT_NE(refusal(report + "\n", HeadLines::are_refused), "");
}

TEST_F(Kept, SaysWhatIsNone) {
  EXPECT_EQ(refusal(""), " there is no event in it");
  EXPECT_EQ(refusal("\n\r\n\n"), " there is no event in it");
  EXPECT_EQ(refusal(event(1) + "\nnone\n" + event(2) + "\n").substr(0, 43),
            "2: not an event of a journal: it isn't JSON");
  EXPECT_EQ(refusal("{}\n"), "1: not an event of a journal: it has no `sequence` of 20 digits");
  EXPECT_EQ(refusal("[1]\n"), "1: not an event of a journal: it isn't a JSON object");
  EXPECT_EQ(refusal("7:" + std::string(64, 'a') + "\n9:a").substr(0, 31),
            "2: the last line is cut off (it");
  EXPECT_EQ(refusal(R"({"state":"intact","head":"nine"})"
                    "\n"),
            "1: not an event of a journal: it has no `sequence` of 20 digits");
}

// As where the power failed; then the sink begins a line of its own, and tells again what it wasn't
// done with.
TEST_F(Kept, PassesOverTornLines) {
  const std::string whole = event(2);
  for (const std::string& begun :
       {std::string("{"), whole.substr(0, 30), whole.substr(0, whole.size() - 1),
        whole.substr(0, 30) + std::string(40, '\0'), std::string(9, '\0')}) {
    SCOPED_TRACE(begun);
    for (const HeadLines heads : {HeadLines::are_taken, HeadLines::are_refused})
      for (const std::string& after : {std::string(), std::string("\n"),
                                       "\n" + event(1) + "\n" + whole + "\n" + event(3) + "\n"}) {
        const KeptEvents kept = read(fmt::format("{}\n{}{}", event(1), begun, after), heads);
        EXPECT_EQ(kept.links.size(), after.size() < 2 ? 1u : 3u);
        EXPECT_TRUE(kept.contradictions.empty());
        ASSERT_EQ(kept.torn.size(), 1u);
        EXPECT_EQ(kept.torn[0], file_ +
                                    ":2: torn, as where the power failed while it was written: "
                                    "passed over");
      }
  }
  EXPECT_EQ(refusal(whole.substr(0, 30) + "\n"), " there is no event in it");
}

// No power cut leaves a line in the middle whose event never comes, nor one that is no beginning.
TEST_F(Kept, TakesAnEditForNoTornLine) {
  const std::string cut = event(2).substr(0, event(2).size() - 1);
  const KeptEvents kept = read(event(1) + "\n" + cut + "\n" + event(3) + "\n");
  ASSERT_EQ(kept.contradictions.size(), 1u);
  EXPECT_EQ(kept.contradictions[0].what, file_ + ":2: cut off, and no later line is whole");
  EXPECT_EQ(refusal(event(1) + "\n" + event(2).substr(1) + "\n" + event(3) + "\n").substr(0, 29),
            "2: not an event of a journal:");
  std::string many = event(1) + "\n";
  for (int line = 0; line < 101; ++line)
    many += "{\n";
  EXPECT_EQ(refusal(many).substr(0, 31), "102: not an event of a journal:");
}

TEST_F(Kept, HasNoLineWithoutAnEnd) {
  const std::string whole = event(1, R"(,"x":")" + std::string(900'000, 'x') + '"');
  EXPECT_EQ(read(whole + "\n" + event(2) + "\n").links.size(), 2u);
  for (const char* end : {"", "\n"})
    EXPECT_EQ(refusal(event(1) + "\n" + std::string(3'000'000, 'x') + end),
              "2: the line is over 1 MiB: no event is so long");
  EXPECT_THROW(read_kept_events("/dev/zero", HeadLines::are_taken), FatalError);
  EXPECT_THROW(read_kept_events(folder_.path(), HeadLines::are_taken), FatalError);
  EXPECT_THROW(read_kept_events(folder_.path() / "none", HeadLines::are_taken), FatalError);
}

// Whatever is in the file, it is read or refused.
TEST_F(Kept, IsReadOrRefusedWhateverItsBytes) {
  std::mt19937 random(19);
  const std::string sound = event(1) + "\n" + "7:" + std::string(64, 'a') + "\r\n" +
                            event(2, R"(,"previoushash":"ab")") + "\n";
  for (int round = 0; round < 300; ++round) {
    std::string text = sound;
    for (std::size_t edits = 1 + random() % 4; edits > 0; --edits) {
      const std::size_t at = random() % (text.size() + 1);
      if (random() % 2 == 0)
        text.insert(at, 1, char(random() % 256));
      else
        text.resize(at);
    }
    try {
      EXPECT_FALSE(read(text).links.empty()) << text;
    } catch (const FatalError& error) {
      EXPECT_EQ(error.exit_code, exit_failure);
    }
  }
}

}  // namespace
}  // namespace tenantscope
