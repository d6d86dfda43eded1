#include "base/guid.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tenantscope {
namespace {

constexpr std::string_view sample = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

TEST(GuidText, IsReadInEitherCaseAndWrittenInLower) {
  for (const char* text :
       {"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
        "6bA7b810-9DaD-11d1-80B4-00C04fd430C8"}) {
    const auto guid = parse_guid(text);
    ASSERT_TRUE(guid) << text;
    EXPECT_EQ(to_string(*guid), sample);
  }
  const Guid expected{{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f,
                       0xd4, 0x30, 0xc8}};
  EXPECT_EQ(parse_guid(sample), expected);
  EXPECT_EQ(to_string(Guid{}), "00000000-0000-0000-0000-000000000000");
}

TEST(GuidText, RefusesEverythingElse) {
  for (const char* text :
       {"", "6ba7b810", "6ba7b8109dad11d180b400c04fd430c8",
        "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}", "6ba7b810-9dad-11d1-80b4-00c04fd430c",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c80", "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
        "6ba7b810-9dad-11d1-80b4-00c04fd430cG", "6ba7b810-9dad-11d1-80b400-c04fd430c8",
        "6ba7b8109-dad-11d1-80b4-00c04fd430c8", "6ba7b810 9dad 11d1 80b4 00c04fd430c8",
        " 6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b810-9dad-11d1-80b4--0c04fd430c8",
        "+ba7b810-9dad-11d1-80b4-00c04fd430c8", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "------------------------------------"})
    EXPECT_FALSE(parse_guid(text)) << text;
}

TEST(GuidText, EveryPlaceCounts) {
  for (std::size_t at = 0; at < sample.size(); ++at) {
    std::string text(sample);
    text[at] = 'x';
    EXPECT_FALSE(parse_guid(text)) << text;
    if (sample[at] == '-')
      continue;
    text[at] = sample[at] == '0' ? '1' : '0';
    const auto guid = parse_guid(text);
    ASSERT_TRUE(guid) << text;
    EXPECT_EQ(to_string(*guid), text);
  }
}

// Reference values of Python's uuid.uuid5.
TEST(NameBasedGuid, IsUuidVersion5) {
  struct Case {
    const char* name_space;
    const char* name;
    const char* id;
  };
  const Case cases[] = {
      {"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com",
       "2ed6657d-e927-568b-95e1-2665a8aea6a2"},
      {"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org",
       "886313e1-3b8a-5372-9b90-0c9aee199e5d"},
      {"6ba7b811-9dad-11d1-80b4-00c04fd430c8", "https://example.com/",
       "dd2c1780-811a-5296-81c5-178a0ef488bc"},
      {"00000000-0000-0000-0000-000000000000", "", "e129f27c-5103-5c5c-844b-cdf0a15e160d"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(to_string(name_based_guid(*parse_guid(c.name_space), c.name)), c.id) << c.name;
}

TEST(RandomGuid, IsVersion4AndNeverTheSame) {
  std::set<Guid> seen;
  for (int i = 0; i < 1000; ++i) {
    const Guid guid = random_guid();
    EXPECT_TRUE(seen.insert(guid).second);
    EXPECT_EQ(guid.bytes[6] >> 4, 4);
    EXPECT_EQ(guid.bytes[8] >> 6, 2);
  }
}

}  // namespace
}  // namespace tenantscope
