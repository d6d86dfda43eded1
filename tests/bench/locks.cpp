// How long overviews and scrapes of 100,000 tenants hold the table's mutex at once, in CPU time: a
// line of JSON. usage: bench_locks ROUNDS
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include <fmt/format.h>

#include "app/api/metrics.hpp"
#include "app/api/table_blocks.hpp"
#include "formats/page/overview_choice.hpp"
#include "formats/page/page_samples.hpp"
#include "formats/tenant_labels.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {
namespace {

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

// This thread's CPU time since the last call, in microseconds.
double lap() {
  static double last = 0;
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  const double now = double(time.tv_sec) * 1e6 + double(time.tv_nsec) / 1e3;
  return now - std::exchange(last, now);
}

// Of each block of an overview that is sorted by this column.
void add_blocks_of_page(std::vector<double>& blocks, const Table& table, OverviewColumn column) {
  OverviewChoice choice({.order = {column, false}, .state = {}, .environment = {}}, default_rules,
                        samples::now);
  lap();
  for_each_watched(
      table, [&](std::uint32_t number, const Watch& watch) { choice.offer(number, watch); },
      [&] { blocks.push_back(lap()); });
}

// Of each piece of a scrape, a block's lines of one family.
void add_blocks_of_scrape(std::vector<double>& blocks, const Table& table, TenantLabels& labels,
                          const Instruments& instruments) {
  const WebResponse response =
      show_metrics(table, labels, instruments, {.method = "GET", .path = "/metrics"});
  for (lap(); !response.pieces->next().text.empty();)
    blocks.push_back(lap());
}

std::string figures(std::vector<double> blocks) {
  std::ranges::sort(blocks);
  const auto at = [&](double share) {
    return blocks[std::size_t(share * double(blocks.size() - 1))];
  };
  return fmt::format(R"({{"blocks": {}, "p50": {:.1f}, "p99": {:.1f}}})", blocks.size(), at(0.5),
                     at(0.99));
}

int run(int rounds) {
  Table table;
  fill(table);
  const Instruments instruments;
  TenantLabels labels;
  std::vector<double> pages, scrapes;
  for (int round = 0; round < rounds; ++round) {
    for (const OverviewColumn column : {OverviewColumn::name, OverviewColumn::condition})
      add_blocks_of_page(pages, table, column);
    add_blocks_of_scrape(scrapes, table, labels, instruments);
  }
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
