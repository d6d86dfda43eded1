#include "web/refusals.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <vector>

#include "support/captured_log.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class RefusalsTest : public testing::Test {
 protected:
  const Log info{LogLevel::info, LogFormat::logfmt};
};

TEST_F(RefusalsTest, AreCountedEachAndToldOfOnceAReason) {
  testing::internal::CaptureStderr();
  boost::asio::io_context io;
  std::vector<RefusalReason> counted;
  Refusals refusals(io.get_executor(), info, 1h,
                    [&](RefusalReason reason) { counted.push_back(reason); });
  refusals.add(RefusalReason::full, "192.0.2.1");
  refusals.add(RefusalReason::full, "192.0.2.2");
  refusals.add(RefusalReason::rate_limit, "192.0.2.3");
  refusals.add(RefusalReason::full, "192.0.2.1");
  io.poll();
  const std::string log = captured_log(info);
  EXPECT_EQ(counted, (std::vector{RefusalReason::full, RefusalReason::full,
                                  RefusalReason::rate_limit, RefusalReason::full}));
  EXPECT_EQ(std::ranges::count(log, '\n'), 2) << log;
  for (const char* told :
       {"level=warn msg=\"web clients are refused\" reason=full peer=192.0.2.1\n",
        "level=warn msg=\"web clients are refused\" reason=rate_limit "
        "peer=192.0.2.3\n"})
    EXPECT_NE(log.find(told), log.npos) << log;
}

TEST_F(RefusalsTest, AreOverOnceNobodyIsRefusedForAWhile) {
  testing::internal::CaptureStderr();
  boost::asio::io_context io;
  Refusals refusals(io.get_executor(), info, 20ms, {});
  for (int spell = 0; spell < 2; ++spell) {
    refusals.add(RefusalReason::evicted, "");
    refusals.add(RefusalReason::evicted, "");
    refusals.add(RefusalReason::full, "");
    io.run();  // waits for nothing but the end of both
    io.restart();
  }
  const std::string log = captured_log(info);
  std::size_t told = 0;
  for (std::size_t at = 0;
       (at = log.find("msg=\"web clients are no longer refused\" reason=evicted refused=2\n",
                      at)) != log.npos;
       ++at)
    ++told;
  EXPECT_EQ(told, 2u) << log;
  EXPECT_EQ(std::ranges::count(log, '\n'), 8) << log;
}

TEST(RefusalReasons, AreAClosedSet) {
  std::string all;
  for (const RefusalReason reason : refusal_reasons)
    all += std::string(to_string(reason)) + " ";
  EXPECT_EQ(all, "full evicted rate_limit host ");
}

}  // namespace
}  // namespace tenantscope
