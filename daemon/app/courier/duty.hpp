// The duty to deliver: of the processes that share a ledger one has it at a time; a process that
// has the ledger for itself has it always. On the loop's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <set>

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

  Term term() const { return term_; }
  bool held() const { return term_ != none; }

  // A term begins, also right after another one.
  void take() { change_to(++last_); }
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

  Term term_ = none;
  Term last_ = none;
  std::set<Signal*> told_;
};

}  // namespace tenantscope
