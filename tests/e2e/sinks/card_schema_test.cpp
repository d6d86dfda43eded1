// Cards for Teams, held against the schema that Microsoft has published of them.
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "e2e/process.hpp"
#include "formats/template/messages.hpp"

namespace tenantscope::e2e {
namespace {

const std::filesystem::path schema = TENANTSCOPE_PYPI "/adaptive_cards/schemas/schema-1.4.json";

// Each on a line of its own, without what Teams alone knows (`msteams`: a card as wide as its
// window).
std::string cards_of(const std::vector<std::vector<std::string>>& families) {
  std::string cards;
  for (const auto& events : families) {
    const auto message = boost::json::parse(rendered("teams", events));
    auto card = message.at("attachments").at(0).at("content").as_object();
    card.erase("msteams");
    cards += boost::json::serialize(card) + "\n";
  }
  return cards;
}

class CardSchema : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(schema))
      GTEST_SKIP() << "the packages of tests/requirements.txt can't be had";
  }
};

TEST_F(CardSchema, HoldsForEachKindOfEventAndAHundredOfOddNames) {
  std::vector<std::vector<std::string>> families;
  for (const SampleMessage& sample : sample_messages())
    families.push_back(sample.events);
  for (const std::string& odd : odd_texts())
    families.push_back(oddly_worded(odd));
  const Finished held = run_python("read_cards.py", {schema}, cards_of(families));
  EXPECT_EQ(held.exit_code, 0) << held.out << held.err;
  EXPECT_EQ(held.out, fmt::format("{} cards\n", families.size()));
}

TEST_F(CardSchema, IsBrokenByACardOfAnotherShape) {
  const Finished held =
      run_python("read_cards.py", {schema},
                 R"({"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock"}]})");
  EXPECT_EQ(held.exit_code, 1) << held.out << held.err;
}

}  // namespace
}  // namespace tenantscope::e2e
