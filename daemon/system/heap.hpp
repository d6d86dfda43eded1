// What was freed goes back to the system: malloc keeps it otherwise, after a start or a reload with
// many tenants. Any thread.
#pragma once

#include "base/time.hpp"

namespace tenantscope {

void trim_heap();

// Does so once a minute: each thread's part of the heap keeps what it had at most, and another
// thread's grows meanwhile. On one thread.
class HeapTrims {
 public:
  void look(SteadyTime now);

 private:
  SteadyTime next_;
};

}  // namespace tenantscope
