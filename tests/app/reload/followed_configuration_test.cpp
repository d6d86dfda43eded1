// A configuration whose file is followed: when it is taken, and what is said of one that isn't.
#include <gtest/gtest.h>

#include <string>

#include "app/reload/reloading.hpp"

namespace tenantscope {
namespace {

using FollowedConfiguration = ReloadsTest;

TEST_F(FollowedConfiguration, IsTakenWhole) {
  start(three_tenants);
  folder.write("c", three_tenants + "rules: docs-2025\n");
  EXPECT_EQ(look_at_configuration(), ListOutcome::taken);
  EXPECT_EQ(successful(), 1);
  EXPECT_EQ(reloaded, 1);
  EXPECT_EQ(failures(), 0);
}

TEST_F(FollowedConfiguration, IsToldOnceForEachReason) {
  start(three_tenants);
  const auto told = [&](const std::string& config) {
    folder.write("c", config);
    return logged("level=error msg=\"configuration not reloaded",
                  [&] { EXPECT_EQ(look_at_configuration(), ListOutcome::refused); });
  };
  EXPECT_EQ(told("rules: x\n"), 1);
  EXPECT_EQ(told("rules: x\n"), 0) << "looked at again";
  EXPECT_EQ(told("rules: y\n"), 1);
  EXPECT_EQ(told(""), 1);
  EXPECT_EQ(failures(), 4);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(watched(), 3u);
  folder.write("c", three_tenants);
  EXPECT_EQ(look_at_configuration(), ListOutcome::taken);
  EXPECT_EQ(successful(), 1);
}

TEST_F(FollowedConfiguration, TakesManyAwayAtTheSecondLook) {
  start(three_tenants);
  folder.write("c", "tenants: []\n");
  EXPECT_EQ(look_at_configuration(), ListOutcome::unconfirmed);
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 0);
  EXPECT_EQ(failures(), 1);
  folder.write("c", three_tenants);
  EXPECT_EQ(look_at_configuration(), ListOutcome::taken);
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 1);
  folder.write("c", "tenants: []\n");
  EXPECT_EQ(look_at_configuration(), ListOutcome::unconfirmed) << "a first look again";
  EXPECT_EQ(look_at_configuration(), ListOutcome::taken);
  EXPECT_EQ(watched(), 0u);
  EXPECT_EQ(successful(), 1);
}

TEST_F(FollowedConfiguration, IsNotTakenWhileItIsWritten) {
  start(three_tenants);
  const FileStamp before = stamp_of(folder.path("c"));
  folder.write("c", "tenants: [{name: a.example}]\n");
  EXPECT_EQ(run(loop, reloads->follow_configuration({before})), ListOutcome::unsettled);
  EXPECT_EQ(watched(), 3u);
  EXPECT_EQ(successful(), 1);
  EXPECT_EQ(failures(), 0) << "it was no reload";
}

TEST_F(FollowedConfiguration, WaitsForItsTenantFiles) {
  folder.write("t.d/a.yaml", "- {name: d.example}\n");
  start(with_files);
  folder.write("c", with_files + "rules: docs-2025\n");
  folder.write("t.d/a.yaml", "- {name: d.example}\n- {name: e.exam");
  EXPECT_EQ(look_at_configuration(), ListOutcome::unsettled);
  folder.write("t.d/a.yaml", "- {name: d.example}\n- {name: e.example}\n");
  EXPECT_EQ(look_at_configuration(), ListOutcome::unsettled) << "they have changed again";
  EXPECT_EQ(watched(), 4u);
  EXPECT_EQ(successful(), 1);
  EXPECT_EQ(look_at_configuration(), ListOutcome::taken);
  EXPECT_EQ(watched(), 5u);
}

}  // namespace
}  // namespace tenantscope
