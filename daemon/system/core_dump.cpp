#include "system/core_dump.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <system_error>

namespace tenantscope {

void forbid_core_dumps() {
  constexpr rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0)
    throw std::system_error(errno, std::generic_category(), "can't forbid core dumps");
#ifndef __SANITIZE_ADDRESS__  // which looks for leaks by tracing its own process
  if (::prctl(PR_SET_DUMPABLE, 0) != 0)
    throw std::system_error(errno, std::generic_category(), "can't forbid core dumps");
#endif
}

}  // namespace tenantscope
