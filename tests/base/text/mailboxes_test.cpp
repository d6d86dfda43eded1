#include "base/text/mailboxes.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(WithoutMailboxes, LeavesOutWhatStandsBeforeAnAt) {
  EXPECT_EQ(without_mailboxes("not expected: anna@contoso.example b\n--x=c@d.example  e"),
            "not expected: @contoso.example b\n@d.example  e");
  EXPECT_EQ(without_mailboxes(""), "");
}

}  // namespace
}  // namespace tenantscope
