#include "system/core_dump.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tenantscope {
namespace {

// The sanitizer traces its own process, which has to be readable for that.
#ifdef __SANITIZE_ADDRESS__
constexpr int still_dumpable = 1;
#else
constexpr int still_dumpable = 0;
#endif

TEST(CoreDumpDeathTest, IsForbidden) {
  EXPECT_EXIT(
      {
        forbid_core_dumps();
        rlimit limit{};
        ::getrlimit(RLIMIT_CORE, &limit);
        const int dumpable = ::prctl(PR_GET_DUMPABLE);
        ::_exit(limit.rlim_max == 0 ? dumpable : 2);
      },
      testing::ExitedWithCode(still_dumpable), "");
}

}  // namespace
}  // namespace tenantscope
