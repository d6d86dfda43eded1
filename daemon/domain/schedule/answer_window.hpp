// The latest answers of an authority, and how many of them were refusals (503). The window holds
// ten seconds, counted by whole seconds: its size doesn't depend on the rate. Pure: time is an
// argument.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"

namespace tenantscope {

class AnswerWindow {
 public:
  static constexpr std::chrono::seconds length{10};
  static constexpr std::uint32_t fewest_answers = 20;  // fewer say nothing of the authority
  static constexpr std::uint32_t share = 5;            // one refusal in so many answers is many

  void count(SteadyTime now, bool refused);
  // The refusals are at least a fifth of at least twenty answers.
  bool refuses_many(SteadyTime now) const;

 private:
  struct Second {
    std::int64_t number = -1;  // whole seconds since the clock's epoch
    std::uint32_t answers = 0;
    std::uint32_t refusals = 0;
  };

  std::array<Second, std::size_t(length.count())> seconds_;  // by number modulo length
};

}  // namespace tenantscope
