// How much memory the program has from `new`, and had at most: for tests with a budget. A test's
// program has it where one of its sources defines COUNTED_MEMORY before it includes this.
#pragma once

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace tenantscope {

struct CountedMemory {
  static inline std::atomic<std::size_t> now = 0;
  static inline std::atomic<std::size_t> peak = 0;

  static void* take(std::size_t size) {
    if (void* const memory = try_to_take(size))
      return memory;
    throw std::bad_alloc();
  }
  // nullptr: there is none.
  static void* try_to_take(std::size_t size) noexcept {
    void* const memory = std::malloc(size ? size : 1);
    if (!memory)
      return nullptr;
    const std::size_t taken = now += ::malloc_usable_size(memory);
    for (std::size_t most = peak; most < taken && !peak.compare_exchange_weak(most, taken);) {
    }
    return memory;
  }
  static void give(void* memory) noexcept {
    now -= ::malloc_usable_size(memory);
    std::free(memory);
  }

  // How much more than before `work` was had at most.
  template <class Work>
  static std::size_t peak_of(Work work) {
    const std::size_t before = now;
    peak = before;
    work();
    return peak - before;
  }
};

}  // namespace tenantscope

#ifdef COUNTED_MEMORY
// All that end in the same delete, or a sanitizer's own would be mixed with these.
void* operator new(std::size_t size) { return tenantscope::CountedMemory::take(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return tenantscope::CountedMemory::try_to_take(size);
}
void operator delete(void* memory) noexcept { tenantscope::CountedMemory::give(memory); }
void operator delete(void* memory, std::size_t) noexcept {
  tenantscope::CountedMemory::give(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  tenantscope::CountedMemory::give(memory);
}
#endif
