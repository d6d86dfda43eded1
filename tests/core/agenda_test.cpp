#include "core/agenda.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {
TEST(Agenda, Todo) {}
}  // namespace
}  // namespace tenantscope
