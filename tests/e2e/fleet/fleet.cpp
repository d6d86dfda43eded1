#include "e2e/fleet/fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/postgres_server.hpp"

namespace tenantscope::e2e {
namespace {

std::string scenario() {
  std::string text = "tenants:\n";
  for (int i = 0; i < Fleet::tenants; ++i)
    text +=
        fmt::format("  - {{name: {}, region_scope: {}}}\n", Fleet::name_of(i), Fleet::value_of(0));
  return text;
}

}  // namespace

std::string Fleet::name_of(int tenant) { return fmt::format("keeper{}.example", tenant); }
std::string Fleet::value_of(int count) { return fmt::format("V{}", count); }

Fleet::Fleet(Database database) : database_(std::move(database)), authority_(scenario()) {
  for (int i = 0; i < replicas; ++i)
    daemons_.push_back(std::make_unique<Deployment>(configured(i)));
  const Finished made =
      run_tenantscope({"storage", "init", "--config.file=" + daemons_[0]->config_file().string()});
  if (made.exit_code != 0)
    throw std::runtime_error(made.err);
  for (int i = 0; i < replicas; ++i)
    launch(i);
}

std::string Fleet::configured(int replica) const {
  std::string rest = "tenants:\n";
  for (int i = 0; i < tenants; ++i)
    rest += fmt::format("  - {{name: {}}}\n", name_of(i));
  std::vector<std::string> hosts;
  for (const std::uint16_t port : database_.ports[std::size_t(replica)])
    hosts.push_back(fmt::format("\"{}:{}\"", PostgresServer::host, port));
  rest += fmt::format(
      "storage: {{postgresql: {{hosts: [{}], database: {}, user: {}, lease: {}ms, durability: "
      "single}}}}\nreplica: {{name: replica-{}}}\n"
      "events: {{sinks: [{{name: hook, webhook: {{url: \"{}\"}}}}]}}\n",
      fmt::join(hosts, ", "), PostgresServer::database, PostgresServer::user, lease.count(),
      replica, receiver_.url(fmt::format("/replica/{}", replica)));
  return configuration(authority_.url(), rest,
                       "{interval: 200ms, timeout: 1s, confirmations: 2, confirm_interval: 50ms}");
}

void Fleet::launch(int replica) {
  daemons_[std::size_t(replica)]->launch({"--web.listen-address=127.0.0.1:0"});
}

bool Fleet::is_active(int replica) {
  try {
    return daemon(replica).metrics()["tenantscope_replica_active"] == 1;
  } catch (const NoAnswer&) {
    return false;
  }
}

int Fleet::await_active() {
  int active = -1;
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < replicas; ++i)
      if (is_active(i))
        active = i;
    return active >= 0;
  })) << logs();
  if (active < 0)
    throw std::runtime_error("nobody is active");
  return active;
}

std::string Fleet::logs() {
  std::string text;
  for (const auto& one : daemons_) {
    const std::string log = one->daemon().log();
    text += log.substr(log.size() - std::min<std::size_t>(log.size(), 3000)) + "\n\n";
  }
  return text;
}

Lines Fleet::journal_behind(std::uint64_t sequence) const {
  return lines_of(database_.ask(fmt::format(
      "SELECT string_agg(event || E'\\n', '' ORDER BY sequence) FROM tenantscope.journal "
      "WHERE sequence > {}",
      sequence)));
}

void Fleet::look() {
  for (const std::string& line : journal_behind(last_seen_))
    take(line);
}

void Fleet::take(const std::string& line) {
  const json::object event = parsed(line);
  seen_.push_back(line);
  last_seen_ = std::stoull(text_at(event, "/sequence"));
  for (int i = 0; i < tenants; ++i) {
    if (text_at(event, "/subject") != name_of(i) ||
        text_at(event, "/data/current/region_scope") != value_of(kept_[i]))
      continue;
    ++kept_[i];
    if (!settling_)
      authority_.change(name_of(i), fmt::format(R"({{"region_scope": "{}"}})", value_of(kept_[i])));
  }
}

void Fleet::await_events(std::size_t more) {
  const std::size_t before = seen_.size();
  ASSERT_TRUE(eventually([&] {
    look();
    return seen_.size() >= before + more;
  })) << logs();
}

std::uint64_t Fleet::head() const {
  return std::stoull(database_.ask("SELECT head FROM tenantscope.ledger"));
}

std::uint64_t Fleet::last_event_of(int replica) {
  const std::vector<json::object> events = daemon(replica).events();
  return events.empty() ? 0 : std::stoull(text_at(events.back(), "/sequence"));
}

std::chrono::milliseconds Fleet::until_above(std::uint64_t above, Clock::time_point since) {
  EXPECT_TRUE(eventually([&] { return head() > above; })) << logs();
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - since);
}

void Fleet::settle() {
  settling_ = true;
  const auto owed = kept_;
  ASSERT_TRUE(eventually([&] {
    look();
    for (const auto& [tenant, kept] : owed)
      if (kept_[tenant] <= kept)
        return false;
    return all_posted();
  })) << seen_.size()
      << " events, " << receiver_.posts().size() << " posts: " << logs();
  for (auto& one : daemons_)
    EXPECT_EQ(one->stop(), 0) << one->daemon().log();
}

bool Fleet::all_posted() const {
  std::set<std::string> posted;
  for (const Post& post : receiver_.posts())
    posted.insert(post.id());
  return std::ranges::all_of(journal(), [&](const std::string& line) {
    return posted.contains(text_at(parsed(line), "/id"));
  });
}

std::size_t Fleet::check() {
  const Lines all = journal();
  EXPECT_EQ(seen_, all) << "what was seen there stays there";
  Told told = check_journal(all);
  for (int i = 0; i < tenants; ++i) {
    Lines expected;
    for (int count = 0; count < kept_[i]; ++count)
      expected.push_back(value_of(count));
    EXPECT_EQ(told.scopes[name_of(i)], expected) << name_of(i);
  }
  return check_posts(all, receiver_.posts(), Repeats::when_unwritten);
}

}  // namespace tenantscope::e2e
