#include "system/process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

TEST(ProcessStats, AreThisProcesss) {
  const ProcessStats stats = read_process_stats();
  EXPECT_GE(stats.cpu_seconds, 0.0);  // in ticks
  EXPECT_GT(stats.resident_memory_bytes, 100'000.0);
  EXPECT_GT(stats.virtual_memory_bytes, stats.resident_memory_bytes);
  EXPECT_GE(stats.open_fds, 3.0);
  EXPECT_GT(stats.max_fds, stats.open_fds);
  EXPECT_LE(stats.start_time_seconds, double(std::time(nullptr)) + 1);
  EXPECT_GT(stats.start_time_seconds, double(std::time(nullptr)) - 24 * 3600);
}

TEST(ProcessStats, AreAbsentWhereProcIsnt) {
  const TemporaryFolder folder;
  const ProcessStats stats = read_process_stats(folder.path() / "missing");
  EXPECT_EQ(stats.cpu_seconds, std::nullopt);
  EXPECT_EQ(stats.start_time_seconds, std::nullopt);
  EXPECT_EQ(stats.resident_memory_bytes, std::nullopt);
  EXPECT_EQ(stats.virtual_memory_bytes, std::nullopt);
  EXPECT_EQ(stats.open_fds, std::nullopt);
  EXPECT_NE(stats.max_fds, std::nullopt) << "of this the system tells without it";
}

TEST(ProcessStats, AreAbsentOneByOne) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "self");
  std::ofstream(folder.path() / "self" / "stat")
      << "1 (a) b) S 0 0 0 0 0 0 0 0 0 0 100 x 0 0 20 0 1 0 5 4096";
  const ProcessStats stats = read_process_stats(folder.path());
  EXPECT_EQ(stats.cpu_seconds, std::nullopt) << "the system's part isn't known";
  EXPECT_NE(stats.start_time_seconds, std::nullopt);
  EXPECT_EQ(stats.virtual_memory_bytes, 4096.0);
  EXPECT_EQ(stats.resident_memory_bytes, std::nullopt) << "it isn't there";
  EXPECT_EQ(stats.open_fds, std::nullopt);
}

}  // namespace
}  // namespace tenantscope
