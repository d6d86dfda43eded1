#include "app/reload/config_standing.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace tenantscope {
namespace {

// The first `leaving` of them.
Departure departure(std::uint32_t leaving, std::size_t watched, bool pattern_emptied = false) {
  std::vector<std::uint32_t> tenants(leaving);
  std::iota(tenants.begin(), tenants.end(), 0);
  return {.tenants = std::move(tenants), .watched = watched, .pattern_emptied = pattern_emptied};
}

TEST(Departure, IsDoubtedWhereAllOrMostOfManyLeave) {
  struct Case {
    std::uint32_t leaving;
    std::size_t watched;
    bool pattern_emptied;
    bool doubted;
  };
  for (const auto& [leaving, watched, emptied, doubted] :
       {Case{0, 0, false, false}, Case{0, 5, false, false}, Case{1, 1, false, true},
        Case{8, 9, false, false}, Case{9, 9, false, true}, Case{5, 10, false, false},
        Case{6, 10, false, true}, Case{10, 10, false, true}, Case{100, 200, false, false},
        Case{101, 200, false, true}, Case{1, 200, true, true}, Case{0, 200, true, false}})
    EXPECT_EQ(needs_second_look(departure(leaving, watched, emptied)), doubted)
        << leaving << " of " << watched;
}

const std::string list_url = "https://lists.example/";
const std::string other_list_url = "https://other.example/";

TEST(ConfigStanding, TakesManyAwayOnceTwoLooksAgree) {
  for (const std::string& source : {whole_configuration, all_tenant_files, list_url}) {
    ConfigStanding standing;
    EXPECT_TRUE(standing.take(source, departure(5, 10)));
    EXPECT_FALSE(standing.take(source, departure(6, 10)));
    EXPECT_FALSE(standing.good());
    EXPECT_FALSE(standing.take(source, departure(7, 10))) << "others than at the first look";
    EXPECT_FALSE(standing.take(source, departure(6, 10)));
    EXPECT_TRUE(standing.take(source, departure(6, 10)));
    EXPECT_TRUE(standing.good());
    EXPECT_FALSE(standing.take(source, departure(6, 10))) << "one look each time";
  }
}

TEST(ConfigStanding, ForgetsAFirstLookThatWasAMistake) {
  ConfigStanding standing;
  EXPECT_FALSE(standing.take(list_url, departure(3, 3)));
  EXPECT_TRUE(standing.take(list_url, departure(0, 3))) << "they are back";
  EXPECT_TRUE(standing.good());
  EXPECT_FALSE(standing.take(list_url, departure(3, 3)));
  EXPECT_TRUE(standing.refuse(list_url, "half a list"));
  EXPECT_FALSE(standing.take(list_url, departure(3, 3))) << "the look before couldn't be read";
}

TEST(ConfigStanding, ALookAtOneListIsNoneAtAnother) {
  ConfigStanding standing;
  EXPECT_FALSE(standing.take(list_url, departure(3, 3)));
  EXPECT_FALSE(standing.take(other_list_url, departure(3, 3)));
  EXPECT_FALSE(standing.take(all_tenant_files, departure(3, 3)));
}

TEST(ConfigStanding, AReloadConfirmsWhatAnyListSaid) {
  for (const std::string& source : {all_tenant_files, list_url}) {
    ConfigStanding standing;
    EXPECT_FALSE(standing.take(source, departure(3, 3)));
    EXPECT_TRUE(standing.take(whole_configuration, departure(3, 3)));
    EXPECT_TRUE(standing.good());
  }
}

TEST(ConfigStanding, TellsAReasonOnce) {
  ConfigStanding standing;
  EXPECT_TRUE(standing.refuse(list_url, "no list"));
  EXPECT_FALSE(standing.refuse(list_url, "no list"));
  EXPECT_TRUE(standing.refuse(list_url, "half a list"));
  EXPECT_TRUE(standing.refuse(other_list_url, "half a list"));
  EXPECT_TRUE(standing.refused(list_url));
  EXPECT_TRUE(standing.take(list_url, departure(0, 3)));
  EXPECT_FALSE(standing.refused(list_url));
  EXPECT_FALSE(standing.good()) << "the other one is refused";
  EXPECT_TRUE(standing.refuse(list_url, "half a list")) << "again";
}

TEST(ConfigStanding, AReloadLeavesRefusedListsRefused) {
  ConfigStanding standing;
  standing.refuse(whole_configuration, "unknown key");
  standing.refuse(all_tenant_files, "half a list");
  standing.refuse(list_url, "half a list");
  standing.refuse(other_list_url, "half a list");
  EXPECT_TRUE(standing.take(whole_configuration, departure(0, 3)));
  EXPECT_FALSE(standing.refused(all_tenant_files));
  EXPECT_TRUE(standing.refused(list_url));
  standing.lack({}, {other_list_url});
  EXPECT_FALSE(standing.refused(list_url)) << "nobody asks for it any more";
  EXPECT_TRUE(standing.refused(other_list_url));
}

TEST(ConfigStanding, LacksAListUntilItIsInForceAgain) {
  ConfigStanding standing;
  standing.lack({{list_url, "a tenant is there already"}}, {list_url});
  EXPECT_TRUE(standing.lacks(list_url));
  EXPECT_FALSE(standing.good());
  standing.lack({}, {list_url});
  EXPECT_FALSE(standing.lacks(list_url));
  EXPECT_TRUE(standing.good());
}

}  // namespace
}  // namespace tenantscope
