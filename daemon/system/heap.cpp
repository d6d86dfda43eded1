#include "system/heap.hpp"

#include <malloc.h>

namespace tenantscope {

void bound_heap() {
  ::mallopt(M_ARENA_MAX, 2);  // NOLINT(concurrency-mt-unsafe): before the first thread
}

void trim_heap() { ::malloc_trim(0); }

void HeapTrims::look(SteadyTime now) {
  if (now < next_)
    return;
  next_ = now + std::chrono::minutes(1);
  trim_heap();
}

}  // namespace tenantscope
