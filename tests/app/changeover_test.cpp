#include "app/changeover.hpp"

#include <gtest/gtest.h>

#include "support/watch_settings.hpp"

namespace tenantscope {
namespace {

TenantSettings settings_of(const std::string& name, const std::string& asked = "global") {
  return {.key = {.asked = asked, .name = name}};
}

std::shared_ptr<const Settings> settings(std::vector<TenantSettings> tenants) {
  Settings made;
  made.tenants = std::move(tenants);
  return std::make_shared<const Settings>(std::move(made));
}

TEST(Changeover, NumbersThoseWhoStayComeAndReturn) {
  Table table;
  table.add({.settings = shared(settings_of("a"))});
  table.add({.watched = false, .settings = shared(settings_of("gone"))});
  const Changeover changeover =
      plan_changeover(table, settings({settings_of("new"), settings_of("gone"),
                                       settings_of("a", "usgov"), settings_of("a")}));
  EXPECT_EQ(changeover.numbers, (std::vector<std::uint32_t>{2, 1, 3, 0}));
  EXPECT_TRUE(changeover.leaving.empty());
  ASSERT_EQ(changeover.asked.size(), 2u);
  EXPECT_EQ(changeover.asked[0].name, "global");
  EXPECT_EQ(changeover.asked[1].name, "usgov");
}

TEST(Changeover, RemembersWhoLeavesWithoutTheConfiguration) {
  Table table;
  {
    const auto before = settings({settings_of("a"), settings_of("b")});
    table.add({.settings = tenant_of(before, 0)});
    table.add({.settings = tenant_of(before, 1)});
    table.add({.watched = false, .settings = shared(settings_of("left before"))});
  }
  const Changeover changeover = plan_changeover(table, settings({settings_of("b")}));
  EXPECT_EQ(changeover.watched, 2u);
  ASSERT_EQ(changeover.leaving.size(), 1u);
  EXPECT_EQ(changeover.leaving[0].first, 0u);
  EXPECT_EQ(*changeover.leaving[0].second, *table.watches[0].settings);
  EXPECT_NE(changeover.leaving[0].second, table.watches[0].settings);
}

TEST(Changeover, ATenantKeepsItsConfigurationAlive) {
  auto all = settings({settings_of("a")});
  const std::weak_ptr<const Settings> watched = all;
  auto one = tenant_of(all, 0);
  all.reset();
  EXPECT_EQ(one->key.name, "a");
  EXPECT_FALSE(watched.expired());
  one.reset();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace tenantscope
