// How long somebody waits for the table's mutex while pages, or scrapes, go through 100,000
// tenants: a line of JSON. usage: bench_locks ROUNDS
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "app/api/metrics.hpp"
#include "app/page/overview_page.hpp"
#include "base/clock.hpp"
#include "formats/page/page_samples.hpp"
#include "formats/tenant_labels.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {
namespace {

using Microseconds = std::chrono::duration<double, std::micro>;
constexpr int tenants = 100'000;

void fill(Table& table) {
  std::minstd_rand random;
  for (int i = 0; i < tenants; ++i) {
    Watch watch = samples::watch(fmt::format("t{}.example", random()),
                                 samples::usgov(i % 9 ? "USGov" : "USG"));
    watch.watched = true;
    table.add(std::move(watch));
  }
}

// The waits of one that asks for the mutex again and again, until `work` is done.
std::vector<double> waits_during(Table& table, const std::function<void()>& work) {
  std::atomic<bool> done = false;
  std::vector<double> waits;
  std::thread asking([&] {
    while (!done) {
      const SteadyTime asked = steady_now();
      table.mutex.lock();
      table.mutex.unlock();
      waits.push_back(Microseconds(steady_now() - asked).count());
      const SteadyTime again = steady_now() + std::chrono::microseconds(20);
      while (steady_now() < again) {
      }
    }
  });
  work();
  done = true;
  asking.join();
  std::erase_if(waits, [](double wait) { return wait < 2; });  // it was free
  std::ranges::sort(waits);
  return waits;
}

std::string figures(const std::vector<double>& waits) {
  const auto at = [&](double share) {
    return waits.empty() ? 0 : waits[std::size_t(share * double(waits.size() - 1))];
  };
  return fmt::format(R"({{"waits": {}, "p50": {:.1f}, "p99": {:.1f}, "most": {:.1f}}})",
                     waits.size(), at(0.5), at(0.99), at(1));
}

int run(int rounds) {
  Table table;
  fill(table);
  const Instruments instruments;
  TenantLabels labels;
  const WebRequest request{.method = "GET", .path = "/metrics"};
  const PageFrame frame = samples::frame();
  std::vector<double> pages, scrapes;
  for (int round = 0; round < rounds; ++round) {
    for (const double wait : waits_during(table, [&] {
           for (const OverviewColumn column : {OverviewColumn::name, OverviewColumn::condition})
             (void)overview_of(table, {.order = {column, false}, .state = {}, .environment = {}},
                               frame);
         }))
      pages.push_back(wait);
    for (const double wait : waits_during(table, [&] {
           const WebResponse response = show_metrics(table, labels, instruments, request);
           while (!response.pieces->next().text.empty()) {
           }
         }))
      scrapes.push_back(wait);
  }
  std::ranges::sort(pages);
  std::ranges::sort(scrapes);
  fmt::print(R"({{"tenants": {}, "pages": {}, "scrapes": {}}})"
             "\n",
             tenants, figures(pages), figures(scrapes));
  return 0;
}

}  // namespace
}  // namespace tenantscope

int main(int count, char** arguments) {
  return tenantscope::run(count > 1 ? int(std::strtol(arguments[1], nullptr, 10)) : 5);
}
