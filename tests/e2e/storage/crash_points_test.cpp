// kill -9 at each single system call by which the daemon stores and sends, a fresh storage for
// each: what the contract promises holds wherever it ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <regex>
#include <thread>

#include <fmt/format.h>

#include "e2e/numbered.hpp"
#include "e2e/promises.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tracing.hpp"

namespace tenantscope::e2e {
namespace {

constexpr int tenants = 4;
constexpr int last_value = 7;
constexpr std::size_t sample_size = 30;
constexpr int side_by_side = 4;  // lives, which wait most of the time

const std::vector<std::string> calls{"write",  "pwrite64", "writev",   "fsync",    "fdatasync",
                                     "sendto", "sendmsg",  "rename",   "renameat", "renameat2",
                                     "unlink", "unlinkat", "ftruncate"};

// The Nth such call of whichever thread comes first to it; of those on a `file` of the storage,
// where there is one: the file sink's thread writes little, and would never be the first.
struct Point {
  std::string call;
  std::string file;
  int number = 0;

  std::string name() const {
    return fmt::format("{}{}{}:{}", call, file.empty() ? "" : "@", file, number);
  }
};

// Each tenant goes through its values, the next one as soon as the receiver has heard of the
// present one. So each must be told once.
class Story {
 public:
  explicit Story(const Simulator& authority) : authority_(authority), deployment_("") {
    for (int i = 0; i < tenants; ++i)
      set(i, 0);
  }

  // A life of the daemon: until everything is told, delivered and it was stopped. True: it was
  // killed before.
  bool live(const std::vector<std::string>& under = {}) {
    configure();
    Daemon& daemon = deployment_.launch({}, under);
    const bool came_to_an_end = eventually([&] {
      turn_pages();
      return daemon.process().ended() || (all_told() && settled(daemon));
    });
    if (!came_to_an_end)
      throw std::runtime_error("the story doesn't end:\n" + daemon.log());
    daemon.process().signal(SIGTERM);
    const int exit_code = daemon.process().wait();
    log_ += fmt::format("---- exit code {}\n{}", exit_code, daemon.log());
    if (exit_code != 0 && (under.empty() || exit_code != -SIGKILL))
      throw std::runtime_error("ended badly:\n" + log_);
    return exit_code != 0;
  }

  // Returns how many posts came again.
  std::size_t check(bool killed) const {
    const Lines journal = deployment_.journal();
    Told told = check_journal(journal);
    Lines values;
    for (int count = 0; count <= last_value; ++count)
      values.push_back(value(count));
    for (int i = 0; i < tenants; ++i)
      EXPECT_EQ(told.scopes[tenant(i)], values) << tenant(i);
    EXPECT_EQ(told.scopes.size(), std::size_t(tenants)) << "a tenant that there isn't";
    check_file(journal, storage() / "events.jsonl");
    const std::size_t repeated = check_posts(journal, receiver_.posts(), Repeats::after_a_kill);
    EXPECT_LE(repeated, killed ? std::size_t(tenants) : 0) << "more than what was in flight";
    return repeated;
  }

  std::filesystem::path storage() const { return deployment_.storage(); }
  const std::string& log() const { return log_; }

 private:
  // Posts tell by their path which life they are of.
  void configure() {
    std::string rest = numbered_tenants(tenants);
    rest += fmt::format(
        "events: {{sinks: [{{name: audit, file: {{path: events.jsonl}}}}, {{name: hook, webhook: "
        "{{url: \"{}\"}}}}]}}\n",
        receiver_.url(fmt::format("/life/{}", ++lives_)));
    deployment_.configure(
        configuration(authority_.url(), rest,
                      "{interval: 50ms, timeout: 2s, confirmations: 1, confirm_interval: 50ms}"));
  }

  void set(int i, int count) {
    authority_.change(tenant(i), fmt::format(R"({{"region_scope": "{}"}})", value(count)));
  }

  void turn_pages() {
    for (const Post& post : receiver_.posts(read_)) {
      ++read_;
      const json::object event = parsed(post.body);
      for (int i = 0; i < tenants; ++i) {
        if (text_at(event, "/subject") != tenant(i) ||
            text_at(event, "/data/current/region_scope") != value(told_[i]))
          continue;
        if (++told_[i] <= last_value)
          set(i, told_[i]);
      }
    }
  }

  bool all_told() const {
    return std::ranges::all_of(told_, [](int count) { return count > last_value; });
  }

  bool settled(Daemon& daemon) const {
    if (!have_come(std::size_t(tenants) * (last_value + 1), storage() / "events.jsonl",
                   receiver_.posts()))
      return false;
    if (lines_with(daemon.log(), {"listening"}).empty())
      return false;
    try {
      const Metrics metrics = daemon.metrics();
      return metrics["tenantscope_event_outbox_events{sink=\"audit\"}"] == 0 &&
             metrics["tenantscope_event_outbox_events{sink=\"hook\"}"] == 0;
    } catch (const NoAnswer&) {
      return false;
    }
  }

  const Simulator& authority_;
  Receiver receiver_;
  Deployment deployment_;
  int lives_ = 0;
  std::array<int, tenants> told_{};  // how many of its values the receiver has heard of
  std::size_t read_ = 0;
  std::string log_;
};

// What a life without a kill calls.
std::vector<Point> enumerate() {
  const Simulator authority(numbered_scenario(tenants));
  Story story(authority);
  const TemporaryFolder folder;
  const auto record = folder.path() / "calls";
  std::string trace = "trace=openat";
  for (const std::string& call : calls)
    trace += "," + call;
  EXPECT_FALSE(story.live(traced({"-y", "-e", trace}, record)));
  story.check(false);

  using Sort = std::pair<std::string, std::string>;
  std::map<std::pair<std::string, Sort>, int> counts;  // by thread and sort
  std::map<Sort, int> most;
  const auto count = [&](const std::string& thread, const Sort& sort) {
    most[sort] = std::max(most[sort], ++counts[{thread, sort}]);
  };
  static const std::regex entry(R"((\d+) +(\w+)\((.*))");
  const std::regex stored("[<\"]" + story.storage().string() + R"(/([^>"]+)[>"])");
  for (const std::string& line : lines_of(read_file(record))) {
    std::smatch called, file;
    if (!std::regex_match(line, called, entry))
      continue;
    const std::string thread = called[1], call = called[2], arguments = called[3];
    if (call != "openat")
      count(thread, {call, ""});
    const bool of_storage = std::regex_search(arguments, file, stored);
    if (of_storage && (call == "openat" || file[1] == "events.jsonl"))
      count(thread, {call, file[1]});
  }
  std::vector<Point> points;
  for (const auto& [sort, number] : most)
    for (int i = 1; i <= number; ++i)
      points.push_back({.call = sort.first, .file = sort.second, .number = i});
  return points;
}

// Some of each sort, first to last.
std::vector<Point> sample(const std::vector<Point>& points, unsigned seed) {
  std::map<std::pair<std::string, std::string>, std::vector<Point>> sorts;
  for (const Point& point : points)
    sorts[{point.call, point.file}].push_back(point);
  std::mt19937 random(seed);
  std::vector<Point> sampled;
  const std::size_t share =
      std::max<std::size_t>(1, (sample_size + sorts.size() - 1) / sorts.size());
  for (const auto& [sort, all] : sorts) {
    const std::size_t wanted = std::min(share, all.size());
    const std::size_t offset =
        std::uniform_int_distribution<std::size_t>(0, all.size() / wanted - 1)(random);
    for (std::size_t i = 0; i < wanted; ++i)
      sampled.push_back(all[offset + i * all.size() / wanted]);
  }
  return sampled;
}

std::vector<Point> chosen(const std::vector<Point>& points) {
  const char* wanted = std::getenv("TENANTSCOPE_CRASH_POINTS");
  if (wanted && std::string(wanted) == "all")
    return points;
  if (wanted) {
    std::vector<Point> named;
    std::ranges::copy_if(points, std::back_inserter(named),
                         [&](const Point& point) { return point.name() == wanted; });
    return named;
  }
  const char* given = std::getenv("TENANTSCOPE_SEED");
  const unsigned seed = given ? unsigned(std::stoul(given)) : std::random_device()();
  std::cout << "seed " << seed
            << ": TENANTSCOPE_SEED repeats it, TENANTSCOPE_CRASH_POINTS=all kills at every point\n";
  return sample(points, seed);
}

struct Counts {
  std::atomic<int> kills = 0;
  std::atomic<std::size_t> repeated = 0;  // posts
};

void kill_at(const Point& point, const Simulator& authority, Counts& counts) {
  SCOPED_TRACE("killed at " + point.name() + ": TENANTSCOPE_CRASH_POINTS=" + point.name() +
               " repeats it");
  Story story(authority);
  std::vector<std::string> options{
      "-e", "trace=" + point.call,  //
      "-e", fmt::format("inject={}:signal=SIGKILL:when={}", point.call, point.number)};
  if (!point.file.empty())
    options.insert(options.end(), {"-P", story.storage() / point.file});
  try {
    const bool killed = story.live(traced(options));
    if (killed)
      story.live();
    counts.kills += killed;
    counts.repeated += story.check(killed);
    if (testing::Test::HasFailure())
      std::cout << point.name() << "\n" << story.log();
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what() << "\n" << story.log();
  }
}

TEST(CrashPointsSlow, NothingIsLostOrInventedAtAnyOfThem) {
  const Tracers tracers;
  const std::vector<Point> points = enumerate();
  ASSERT_FALSE(HasFailure()) << "the life without a kill";
  const std::vector<Point> visited = chosen(points);

  std::atomic<std::size_t> next = 0;
  Counts counts;
  std::vector<std::jthread> workers;
  workers.reserve(std::size_t(side_by_side));
  for (int i = 0; i < side_by_side; ++i)
    workers.emplace_back([&] {
      const Simulator authority(numbered_scenario(tenants));
      for (std::size_t at; (at = next++) < visited.size() && !HasFailure();)
        kill_at(visited[at], authority, counts);
    });
  workers.clear();

  std::map<std::string, int> sorts;
  for (const Point& point : points)
    ++sorts[point.call + (point.file.empty() ? "" : "@" + point.file)];
  for (const auto& [sort, count] : sorts)
    std::cout << fmt::format("{:>6} {}\n", count, sort);
  std::cout << fmt::format(
      "{} points, {} of them visited, {} reached, where the daemon was killed; {} posts repeated\n",
      points.size(), visited.size(), counts.kills.load(), counts.repeated.load());
  EXPECT_GT(counts.kills, int(visited.size()) / 2);
}

}  // namespace
}  // namespace tenantscope::e2e
