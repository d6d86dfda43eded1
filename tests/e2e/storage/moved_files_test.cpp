// Files that somebody moves or removes under a running daemon: nothing is written where nobody
// finds it, and it is told at once.
#include <gtest/gtest.h>

#include <filesystem>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

namespace fs = std::filesystem;

class MovedFiles : public testing::Test {
 protected:
  MovedFiles() {
    deployment_.start();
    await_events(1);
    await_written(1);
  }

  void flip(const std::string& scope) {
    authority_.change("agency.example", fmt::format(R"({{"region_scope": "{}"}})", scope));
  }
  void await_events(std::size_t count) {
    ASSERT_TRUE(eventually([&] { return deployment_.daemon().events().size() == count; }))
        << deployment_.daemon().log();
  }
  void await_written(std::size_t count) {
    ASSERT_TRUE(eventually([&] { return lines_of(read_file(file_)).size() == count; }))
        << deployment_.daemon().log();
  }
  void await_metric(const std::string& series, double value) {
    ASSERT_TRUE(eventually([&] { return deployment_.daemon().metrics()[series] == value; }))
        << series << deployment_.daemon().log();
  }
  std::size_t logged(const std::vector<std::string>& needles) {
    return lines_with(deployment_.daemon().log(), needles).size();
  }

  Simulator authority_{"tenants: [{name: agency.example, cloud: usgov, region_scope: USG}]"};
  Deployment deployment_{
      configuration(authority_.url(),
                    "tenants: [{name: agency.example, cloud: usgov}]\n"
                    "events: {sinks: [{name: audit, file: {path: events.jsonl}}]}\n")};
  const fs::path storage_ = deployment_.storage();
  const fs::path elsewhere_ = deployment_.folder() / "elsewhere";
  const fs::path file_ = storage_ / "events.jsonl";
  const std::string pending_ = tenant_series("change_pending", "agency.example", "usgov");
};

TEST_F(MovedFiles, OfAFileSinkAreOpenedAnew) {
  fs::rename(file_, elsewhere_);
  flip("USGov");
  await_events(2);
  await_written(1);
  fs::remove(file_);
  flip("USG");
  await_events(3);
  await_written(1);
  EXPECT_EQ(lines_of(read_file(elsewhere_)).size(), 1u);
  EXPECT_EQ(logged({"level=warn", "event file was moved or removed", file_.string()}), 2u);
}

TEST_F(MovedFiles, OfTheStorageAreMissedAtOnce) {
  fs::rename(storage_, elsewhere_);
  await_metric("tenantscope_storage_up", 0);
  EXPECT_EQ(logged({"level=error", "the storage isn't in its place",
                    (storage_ / "tenantscope.db").string() + ": it was moved or removed"}),
            1u);

  flip("USGov");
  ASSERT_TRUE(eventually([&] {
    return deployment_.daemon().metrics()["tenantscope_storage_commit_failures_total"] > 1;
  })) << deployment_.daemon().log();
  await_metric(pending_, 1);
  EXPECT_EQ(deployment_.daemon().events().size(), 1u);
  EXPECT_FALSE(fs::exists(storage_));

  fs::rename(elsewhere_, storage_);
  await_events(2);
  await_written(2);
  await_metric(pending_, 0);
  await_metric("tenantscope_storage_up", 1);
  EXPECT_TRUE(eventually([&] { return logged({"the storage is in its place again"}) == 1; }));
  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_EQ(logged({"isn't saved"}), 0u);
  EXPECT_EQ(deployment_.journal().size(), 2u);
}

TEST_F(MovedFiles, OfTheStorageThatAreMissingAtTheStopAreNamed) {
  fs::rename(storage_, elsewhere_);
  flip("USGov");
  await_metric("tenantscope_storage_up", 0);
  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_EQ(logged({"level=error", "isn't saved", (storage_ / "tenantscope.db").string()}), 1u);

  fs::rename(elsewhere_, storage_);
  deployment_.start();
  await_events(2);
  EXPECT_EQ(deployment_.stop(), 0);
}

TEST_F(MovedFiles, OfTheStorageThatAnotherDaemonReplacesStayApart) {
  fs::rename(storage_, elsewhere_);
  Daemon other({"serve", "--config.file=" + deployment_.config_file().string(),
                "--storage.path=" + storage_.string(), "--web.listen-address=127.0.0.1:0"});
  ASSERT_TRUE(eventually([&] { return other.events().size() == 1; })) << other.log();
  await_metric("tenantscope_storage_up", 0);
  EXPECT_TRUE(eventually([&] { return logged({"the storage isn't in its place"}) == 1; }));
  flip("USGov");
  ASSERT_TRUE(eventually([&] { return other.events().size() == 2; })) << other.log();
  await_metric(pending_, 1);
  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_EQ(other.metrics()["tenantscope_storage_up"], 1);
  EXPECT_TRUE(fs::exists(storage_ / "control")) << "it is the other one's";
  EXPECT_EQ(deployment_.journal().size(), 2u) << "the other one's";
  EXPECT_EQ(lines_of(read_file(file_)).size(), 2u);
}

}  // namespace
}  // namespace tenantscope::e2e
