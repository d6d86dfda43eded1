#include "domain/schedule/due_heap.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace tenantscope {
namespace {

Due due(int seconds, std::uint32_t tenant) {
  return {SteadyTime(std::chrono::seconds(seconds)), tenant};
}

std::vector<Due> emptied(DueHeap heap) {
  std::vector<Due> order;
  for (; !heap.empty(); heap.remove(heap.top().tenant))
    order.push_back(heap.top());
  return order;
}

TEST(DueHeap, GivesTheEarliestFirstAndOfEqualOnesTheLowestNumber) {
  DueHeap::Places places(4, DueHeap::nowhere);
  DueHeap heap(places);
  for (const Due each : {due(2, 3), due(1, 2), due(2, 0), due(1, 1)})
    heap.push(each);
  EXPECT_EQ(emptied(heap), (std::vector{due(1, 1), due(1, 2), due(2, 0), due(2, 3)}));
}

// Against a set: two heaps that share their places, with tenants that come, go and move.
TEST(DueHeap, TakesAnyoneOut) {
  for (int seed = 0; seed < 50; ++seed) {
    std::mt19937 random{std::mt19937::result_type(seed)};
    DueHeap::Places places(200, DueHeap::nowhere);
    std::vector<DueHeap> heaps(2, DueHeap(places));
    std::vector<std::set<Due>> models(2);
    for (int step = 0; step < 2000; ++step) {
      const auto tenant = std::uint32_t(random() % 200);
      const std::size_t which = random() % 2;
      if (places[tenant] == DueHeap::nowhere) {
        const Due added = due(int(random() % 50), tenant);
        heaps[which].push(added);
        models[which].insert(added);
      } else {
        for (std::size_t i = 0; i < 2; ++i)
          if (std::erase_if(models[i], [&](const Due& each) { return each.tenant == tenant; }) >
              0) {
            ASSERT_EQ(heaps[i].at(tenant).tenant, tenant);
            heaps[i].remove(tenant);
          }
        ASSERT_EQ(places[tenant], DueHeap::nowhere);
      }
      for (std::size_t i = 0; i < 2; ++i) {
        ASSERT_EQ(heaps[i].size(), models[i].size());
        ASSERT_TRUE(models[i].empty() || heaps[i].top() == *models[i].begin());
      }
    }
    for (std::size_t i = 0; i < 2; ++i)
      EXPECT_EQ(emptied(heaps[i]), std::vector<Due>(models[i].begin(), models[i].end()));
  }
}

}  // namespace
}  // namespace tenantscope
