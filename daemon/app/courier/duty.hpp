// The duty to deliver: of the processes that share a ledger one has it at a time; a process that
// has the ledger for itself has it always. On the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>

#include "base/clock.hpp"
#include "base/signal.hpp"

namespace tenantscope {

class Duty {
 public:
  // A time in which the duty was held without a break, by number; `none`: it isn't held. What was
  // begun in one term doesn't go on in another: whoever had the duty between may have done it.
  using Term = std::uint64_t;
  static constexpr Term none = 0;

  static std::shared_ptr<Duty> always() {
    auto duty = std::make_shared<Duty>();
    duty->take();
    return duty;
  }

  Term term() const { return boot_now() < until_ ? term_ : none; }
  bool held() const { return term() != none; }

  // A term begins, also right after another one; it ends by itself at `until` (boot_now()).
  void take(std::chrono::nanoseconds until = std::chrono::nanoseconds::max()) {
    until_ = until;
    change_to(++last_);
  }
  // The term that is held ends later. False: none is.
  bool keep(std::chrono::nanoseconds until) {
    if (!held())
      return false;
    until_ = until;
    return true;
  }
  void lose() { change_to(none); }

  // Gives `signal` at each change until it is forgotten. REQUIRES: it lives that long.
  void tell(Signal& signal) { told_.insert(&signal); }
  void forget(Signal& signal) { told_.erase(&signal); }

 private:
  void change_to(Term term) {
    term_ = term;
    for (Signal* const signal : told_)
      signal->notify_all();
  }

  std::chrono::nanoseconds until_ = std::chrono::nanoseconds::max();
  Term term_ = none;
  Term last_ = none;
  std::set<Signal*> told_;
};

}  // namespace tenantscope
