#include "system/heap.hpp"

#include <malloc.h>

namespace tenantscope {

void trim_heap() { ::malloc_trim(0); }

}  // namespace tenantscope
