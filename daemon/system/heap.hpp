// What malloc keeps of what was freed. Any thread, unless said.
#pragma once

#include "base/time.hpp"

namespace tenantscope {

// Threads share two arenas. By default each has its own, and each keeps what it needed once: a
// daemon of ten threads then grows for hours. Before the first thread.
void bound_heap();

// What was freed goes back to the system: malloc keeps it otherwise, after a start or a reload with
// many tenants.
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
