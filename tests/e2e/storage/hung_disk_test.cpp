// A disk that doesn't answer: the daemon says so, goes on answering, and ends all the same.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr auto longer_than_liveness_has_patience = std::chrono::seconds(40);
constexpr std::size_t most_told = 3;  // of a tenant's attempts, of which there are hundreds

class HungDiskSlow : public testing::Test {
 protected:
  // What is written to that file of the storage never reaches the disk.
  void start_with_hung(const std::string& file) {
    deployment_
        .launch({}, {"/usr/bin/env", "LD_PRELOAD=" HUNG_DISK,
                     "HUNG_FILE=" + (deployment_.storage() / file).string()})
        .process()
        .await_line("\"started\"");
  }
  HttpAnswer get(const std::string& path) { return http_get(deployment_.daemon().url() + path); }

  Simulator authority_{"tenants: [{name: a.example, region_scope: NA}]"};
  Deployment deployment_{
      configuration(authority_.url(),
                    "tenants: [{name: a.example}]\n"
                    "events: {sinks: [{name: audit, file: {path: events.jsonl}}]}\n")};
};

// A restart would be no help: nothing of the daemon stands still.
TEST_F(HungDiskSlow, OfTheStorageIsNoReasonForARestart) {
  start_with_hung("tenantscope.db-wal");
  ASSERT_TRUE(
      eventually([&] { return deployment_.daemon().metrics()["tenantscope_storage_up"] == 0; }));
  EXPECT_EQ(lines_with(deployment_.daemon().log(), {"the storage doesn't answer"}).size(), 1u);
  const auto until = std::chrono::steady_clock::now() + longer_than_liveness_has_patience;
  while (std::chrono::steady_clock::now() < until)
    ASSERT_EQ(get("/-/healthy").status, 200) << get("/-/healthy").body;
  EXPECT_EQ(get("/-/ready").status, 200);
  const auto told = lines_with(deployment_.daemon().log(), {"change not committed"}).size();
  EXPECT_TRUE(told >= 1 && told <= most_told) << told;

  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_EQ(lines_with(deployment_.daemon().log(), {"without waiting any longer"}).size(), 1u);
}

TEST_F(HungDiskSlow, OfAFileSinkHoldsNoStopUp) {
  start_with_hung("events.jsonl");
  ASSERT_TRUE(eventually([&] { return deployment_.journal().size() == 1; }));
  ASSERT_TRUE(
      eventually([&] { return !read_file(deployment_.storage() / "events.jsonl").empty(); }));
  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_EQ(deployment_.undelivered(), 1);
}

}  // namespace
}  // namespace tenantscope::e2e
