#include "base/exit_code.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/result.hpp"

namespace tenantscope {
namespace {

TEST(ExitCode, AsksForAnotherTryWhereThatMayHelp) {
  for (const int error : {ENOSPC, EDQUOT, EIO, EROFS, ENOMEM, EMFILE, ENFILE, ESTALE})
    EXPECT_EQ(exit_code_of(error), exit_failure) << error;
}

TEST(ExitCode, AsksForNoneWhereWaitingCannotHelp) {
  for (const int error : {EACCES, EPERM, ENOENT, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, EINVAL})
    EXPECT_EQ(exit_code_of(error), exit_unusable) << error;
}

}  // namespace
}  // namespace tenantscope
