#include "domain/schedule/due_heap.hpp"

namespace tenantscope {

void DueHeap::put(std::size_t place, Due due) {
  heap_[place] = due;
  (*places_)[due.tenant] = std::uint32_t(place);
}

void DueHeap::rise(std::size_t place, Due due) {
  for (std::size_t parent; place > 0 && due < heap_[parent = (place - 1) / 2]; place = parent)
    put(place, heap_[parent]);
  put(place, due);
}

void DueHeap::sink(std::size_t place, Due due) {
  for (std::size_t child; (child = 2 * place + 1) < heap_.size(); place = child) {
    if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child])
      ++child;
    if (due < heap_[child])
      break;
    put(place, heap_[child]);
  }
  put(place, due);
}

void DueHeap::push(Due due) {
  heap_.push_back(due);
  rise(heap_.size() - 1, due);
}

void DueHeap::remove(std::uint32_t tenant) {
  const std::size_t place = (*places_)[tenant];
  (*places_)[tenant] = nowhere;
  const Due last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size())
    return;
  place > 0 && last < heap_[(place - 1) / 2] ? rise(place, last) : sink(place, last);
}

}  // namespace tenantscope
