#include "formats/page/overview_choice.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "formats/page/tenant_line.hpp"

namespace tenantscope {
namespace {

// The newest first.
std::int64_t rank_of(const std::optional<WallTime>& time) {
  return time ? -time->time_since_epoch().count() : 0;
}

std::int64_t rank_of(B2b state) {
  switch (state) {
    case B2b::not_supported:
      return 0;
    case B2b::unknown:
      return 1;
    case B2b::supported:
      return 2;
  }
  return 3;
}

// The worst first.
std::int64_t rank_of(TenantMarks marks, bool probed) {
  constexpr std::array by_weight{TenantMark::unmet, TenantMark::vanished, TenantMark::failing,
                                 TenantMark::stale, TenantMark::pending};
  const auto* const worst =
      std::ranges::find_if(by_weight, [&](TenantMark mark) { return marks.has(mark); });
  return worst - by_weight.begin() + (worst == by_weight.end() && probed ? 1 : 0);
}

}  // namespace

bool OverviewChoice::Front::before(const Place& a, const Place& b) const {
  const auto key = [](const Place& place) { return std::tie(place.rank, place.text); };
  if (a.never != b.never)
    return b.never;
  if (key(a) != key(b))
    return reversed_ ? key(b) < key(a) : key(a) < key(b);
  return std::tie(a.name, a.number) < std::tie(b.name, b.number);
}

void OverviewChoice::Front::put(Place place) {
  const auto order = [this](const Place& a, const Place& b) { return before(a, b); };
  if (heap_.size() == length_ && (length_ == 0 || !before(place, heap_.front())))
    return;
  heap_.push_back(std::move(place));
  std::ranges::push_heap(heap_, order);
  if (heap_.size() <= length_)
    return;
  std::ranges::pop_heap(heap_, order);
  heap_.pop_back();
}

std::vector<std::uint32_t> OverviewChoice::Front::from(std::size_t offset) const {
  std::vector<Place> sorted = heap_;
  std::ranges::sort(sorted, [this](const Place& a, const Place& b) { return before(a, b); });
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = offset; i < sorted.size(); ++i)
    numbers.push_back(sorted[i].number);
  return numbers;
}

OverviewChoice::OverviewChoice(OverviewQuery query, RuleSet rules, WallTime now)
    : query_(std::move(query)),
      rules_(rules),
      now_(now),
      shown_(query_.offset + page_length, query_.order.reversed),
      looks_(most_looks, false) {}

void OverviewChoice::offer(std::uint32_t number, const Watch& watch) {
  const auto finding = watch.state.confirmed();
  const Finding* const known = finding ? &*finding : nullptr;
  const TenantMarks marks = marks_of(watch, rules_, now_);
  const Environment environment = environment_of(known);
  const TenantKey& key = watch.settings->key;
  ++counts_.watched;
  for (const TenantMark mark : tenant_marks)
    counts_.marks[std::size_t(mark)] += marks.has(mark) ? 1 : 0;
  ++counts_.by_environment[std::size_t(environment)];
  ++counts_.clouds[key.asked.text()];
  const std::int64_t condition = rank_of(marks, watch.status.probed);
  if (marks.needs_look()) {
    ++counts_.looks;
    looks_.put({.rank = condition, .text = {}, .name = key.name, .number = number});
  }
  if (!fits(query_, watch, marks, environment))
    return;
  ++matching_;
  Place place{.rank = condition, .text = {}, .name = key.name, .number = number};
  set_key(place, watch, known);
  shown_.put(std::move(place));
}

// By what the query's column compares. REQUIRES: the rank is that of the condition.
void OverviewChoice::set_key(Place& place, const Watch& watch, const Finding* known) const {
  switch (query_.order.column) {
    case OverviewColumn::condition:
      return;
    case OverviewColumn::name:
      place.text = place.name;
      break;
    case OverviewColumn::environment:
      place.text = title(environment_of(known));
      break;
    case OverviewColumn::scope:
      place.text = scope_words(known);
      break;
    case OverviewColumn::b2b:
      place.rank = rank_of(capability(known, rules_));
      return;
    case OverviewColumn::change:
      place.never = !last_change(watch.state);
      place.rank = rank_of(last_change(watch.state));
      return;
    case OverviewColumn::answer:
      place.never = !watch.state.last_success;
      place.rank = rank_of(watch.state.last_success);
      return;
  }
  place.rank = 0;
}

std::vector<std::uint32_t> OverviewChoice::shown() const { return shown_.from(query_.offset); }

std::vector<std::uint32_t> OverviewChoice::looks() const { return looks_.from(0); }

}  // namespace tenantscope
