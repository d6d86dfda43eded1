#include "domain/schedule/answer_window.hpp"

namespace tenantscope {
namespace {

std::int64_t whole_seconds(SteadyTime now) {
  return std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
}

}  // namespace

void AnswerWindow::count(SteadyTime now, bool refused) {
  const std::int64_t number = whole_seconds(now);
  Second& second = seconds_[std::size_t(number) % seconds_.size()];
  if (second.number != number)
    second = {.number = number};
  ++second.answers;
  second.refusals += refused;
}

bool AnswerWindow::refuses_many(SteadyTime now) const {
  const std::int64_t oldest = whole_seconds(now) - length.count() + 1;
  std::uint64_t answers = 0, refusals = 0;
  for (const Second& second : seconds_)
    if (second.number >= oldest) {
      answers += second.answers;
      refusals += second.refusals;
    }
  return answers >= fewest_answers && refusals * share >= answers;
}

}  // namespace tenantscope
