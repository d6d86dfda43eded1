// Which tenants the overview shows, found by going through all of them once, a block at a time:
// what it keeps of them is as large as what it shows and what it passes over before. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "formats/page/overview_query.hpp"

namespace tenantscope {

struct OverviewCounts {
  std::size_t watched = 0;
  std::size_t looks = 0;  // how many of them need one
  std::array<std::size_t, tenant_marks.size()> marks{};
  std::array<std::size_t, environments.size()> by_environment{};
  std::map<std::string, std::size_t> clouds;  // that are asked
};

class OverviewChoice {
 public:
  static constexpr std::size_t page_length = 100;
  static constexpr std::size_t most_looks = 8;

  OverviewChoice(OverviewQuery query, RuleSet rules, WallTime now);

  // REQUIRES: it is watched, and no other one was offered with this number.
  void offer(std::uint32_t number, const Watch& watch);

  const OverviewCounts& counts() const { return counts_; }
  // How many the query leaves.
  std::size_t matching() const { return matching_; }
  // The numbers of those that are shown, in the query's order.
  std::vector<std::uint32_t> shown() const;
  // Of those that need a look most, whatever the query leaves out; the worst first.
  std::vector<std::uint32_t> looks() const;

 private:
  struct Place {
    std::int64_t rank = 0;
    std::string text;
    std::string name;
    std::uint32_t number = 0;
    bool never = false;  // what is compared never was: after all others, also the other way round
  };
  // The first ones of all that are put in, in order.
  class Front {
   public:
    Front(std::size_t length, bool reversed) : length_(length), reversed_(reversed) {}
    void put(Place place);
    std::vector<std::uint32_t> from(std::size_t offset) const;

   private:
    bool before(const Place& a, const Place& b) const;

    std::size_t length_;
    bool reversed_;
    std::vector<Place> heap_;  // the last one is at its top
  };

  void set_key(Place& place, const Watch& watch, const Finding* known) const;

  OverviewQuery query_;
  RuleSet rules_;
  WallTime now_;
  OverviewCounts counts_;
  std::size_t matching_ = 0;
  Front shown_;
  Front looks_;
};

}  // namespace tenantscope
