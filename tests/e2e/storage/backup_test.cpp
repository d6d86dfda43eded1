// Backups beside the daemon while tenants change, and a daemon that goes on with one:
// `storage backup`, `check` and `restore` as people use them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

using Lines = std::vector<std::string>;

const std::string rewound = "tenantscope.ledger.rewound.v1";

Finished storage_command(const std::string& what, const std::filesystem::path& storage,
                         std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {"storage", what, "--storage.path=" + storage.string()});
  return run_tenantscope(std::move(arguments));
}

Lines journal_of(const std::filesystem::path& storage) {
  return lines_of(
      run_tenantscope({"events", "--output=json", "--storage.path=" + storage.string()}).out);
}

// Tenants that change as often as they are asked to.
class Backups : public testing::Test {
 protected:
  static constexpr int tenants = 20;
  static std::string name(int number) { return fmt::format("t{}.example", number); }
  static std::string scenario() {
    std::string text = "tenants:\n";
    for (int number = 0; number < tenants; ++number)
      text += fmt::format("  - {{name: {}, region_scope: V0}}\n", name(number));
    return text;
  }
  static std::string watched() {
    std::string text = "tenants:\n";
    for (int number = 0; number < tenants; ++number)
      text += fmt::format("  - {{name: {}}}\n", name(number));
    return text;
  }

  std::uint64_t head() {
    return std::uint64_t(
        deployment_.daemon().metrics()["tenantscope_events_total{kind=\"changed\"}"].value_or(0));
  }
  // Until the journal has so many changes, some of each tenant.
  void change_until(std::uint64_t changes) {
    ASSERT_TRUE(eventually(
        [&] {
          for (int some = 0; some < 5; ++some, ++turn_)
            authority_.change(name(turn_ % tenants),
                              fmt::format(R"({{"region_scope": "V{}"}})", turn_ / tenants + 1));
          return head() >= changes;
        },
        std::chrono::minutes(5)));
  }

  Simulator authority_{scenario()};
  Deployment deployment_{
      configuration(authority_.url(), watched(),
                    "{interval: 100ms, timeout: 2s, confirmations: 1, confirm_interval: 50ms}")};
  int turn_ = 0;
};

// TENANTSCOPE_BACKUPS says how many, each beside ten changes.
TEST_F(Backups, BesideChangesAreWholeAndGoBack) {
  const char* const told = std::getenv("TENANTSCOPE_BACKUPS");
  const int backups = told ? std::stoi(told) : 4;
  deployment_.start();
  const TemporaryFolder folder;
  std::chrono::milliseconds longest{0};
  for (int number = 1; number <= backups; ++number) {
    const auto begun = std::chrono::steady_clock::now();
    Process backup(tenantscope_command({"storage", "backup",
                                        "--storage.path=" + deployment_.storage().string(),
                                        folder.path().string()}));
    change_until(10 * std::uint64_t(number));
    EXPECT_EQ(backup.wait(), 0) << backup.err();
    longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(
                                    std::chrono::steady_clock::now() - begun));
  }
  EXPECT_EQ(deployment_.daemon().metrics()["tenantscope_storage_commit_failures_total"], 0);
  EXPECT_EQ(deployment_.stop(), 0);

  const Lines journal = deployment_.journal();
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    files.insert(entry.path());
  ASSERT_EQ(files.size(), std::size_t(backups));
  std::size_t before = 0;
  for (const std::filesystem::path& file : files) {
    SCOPED_TRACE(file);
    const TemporaryFolder place;
    const auto storage = place.path() / "storage";
    const Finished restored = storage_command("restore", storage, {file.string()});
    ASSERT_EQ(restored.exit_code, 0) << restored.err;
    const Finished checked = storage_command("check", storage);
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
    const Lines kept = journal_of(storage);
    ASSERT_LE(kept.size(), journal.size());
    EXPECT_GE(kept.size(), before);
    EXPECT_TRUE(std::equal(kept.begin(), kept.end(), journal.begin()));
    before = kept.size();
  }
  std::cout << fmt::format("{} backups beside {} events, {} ms for the slowest and its changes\n",
                           backups, journal.size(), longest.count());
}

class Restore : public testing::Test {
 protected:
  void configure() {
    deployment_.configure(
        configuration(authority_.url(),
                      fmt::format("tenants: [{{name: a.example, labels: {{team: x}}}}]\n"
                                  "events: {{sinks: [{{name: hook, webhook: {{url: \"{}\"}}}},\n"
                                  "  {{name: soc, match: {{labels: {{team: y}}}}, file: {{path: "
                                  "soc.jsonl}}}}]}}\n",
                                  receiver_.url())));
  }
  void become(const std::string& scope, std::size_t posts) {
    authority_.change("a.example", fmt::format(R"({{"region_scope": "{}"}})", scope));
    ASSERT_TRUE(eventually([&] { return receiver_.posts().size() >= posts; }))
        << deployment_.daemon().log();
  }
  // As a receiver has them that drops every `id`, or every `sequence`, that it knows.
  Lines scopes_by(const std::string& name) const {
    std::set<std::string> known;
    Lines scopes;
    for (const Post& post : receiver_.posts())
      if (known.insert(text_at(parsed(post.body), name)).second)
        scopes.push_back(text_at(parsed(post.body), "/type") == rewound
                             ? "rewound"
                             : text_at(parsed(post.body), "/data/current/region_scope"));
    return scopes;
  }

  Simulator authority_{"tenants: [{name: a.example, region_scope: V1}]"};
  Receiver receiver_;
  Deployment deployment_{""};
  TemporaryFolder folder_;
};

// After the backup comes V3, which the restored ledger doesn't know: its change has the generation
// that V3's had.
TEST_F(Restore, LosesNoEventToAnIdOrANumberThatWasUsed) {
  configure();
  deployment_.start();
  ASSERT_TRUE(eventually([&] { return receiver_.posts().size() == 1; }));
  become("V2", 2);
  const Finished backup =
      storage_command("backup", deployment_.storage(), {folder_.path().string()});
  ASSERT_EQ(backup.exit_code, 0) << backup.err;
  EXPECT_NE(backup.out.find(".db: 2 events, head 2, 1 tenant\n"), std::string::npos) << backup.out;
  become("V3", 3);
  const Finished refused =
      storage_command("restore", deployment_.storage(), {folder_.path().string()});
  EXPECT_EQ(refused.exit_code, 78);
  EXPECT_NE(refused.err.find("in use by another tenantscope"), std::string::npos) << refused.err;
  ASSERT_EQ(deployment_.stop(), 0);
  const Lines before = deployment_.journal();
  authority_.change("a.example", R"({"region_scope": "V4"})");

  const Finished restored =
      storage_command("restore", deployment_.storage(), {folder_.path().string()});
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_NE(restored.out.find("goes on at 1000004"), std::string::npos) << restored.out;
  deployment_.start();
  const Lines all{"V1", "V2", "V3", "rewound", "V4"};
  for (const char* name : {"/id", "/sequence"})
    ASSERT_TRUE(eventually([&] { return scopes_by(name) == all; }))
        << name << ": " << fmt::format("{}", fmt::join(scopes_by(name), " "));
  const Metrics metrics = deployment_.daemon().metrics();
  EXPECT_EQ(metrics["tenantscope_events_total{kind=\"ledger_rewound\"}"], 1);
  EXPECT_EQ(metrics["tenantscope_storage_rewinds_total"], 1);
  EXPECT_EQ(lines_with(deployment_.daemon().log(), {"the ledger went back"}).size(), 1u);
  EXPECT_TRUE(eventually([&] {
    return lines_with(read_file(deployment_.storage() / "soc.jsonl"), {rewound}).size() == 1;
  })) << "labels aren't asked for";

  ASSERT_EQ(deployment_.stop(), 0);
  deployment_.start();
  const std::vector<json::object> events = deployment_.daemon().events();
  ASSERT_EQ(of_type(events, rewound).size(), 1u) << "told once";
  ASSERT_EQ(deployment_.stop(), 0);

  std::set<std::string> used;
  for (const std::string& event : before)
    used.insert(text_at(parsed(event), "/sequence"));
  const Lines after = deployment_.journal();
  ASSERT_EQ(after.size(), 4u);
  EXPECT_EQ(after[0] + after[1], before[0] + before[1]);
  for (std::size_t at = 2; at < after.size(); ++at)
    EXPECT_FALSE(used.contains(text_at(parsed(after[at]), "/sequence"))) << after[at];
  EXPECT_EQ(storage_command("check", deployment_.storage()).exit_code, 0);
}

// What a sink was owed at the backup comes again.
TEST_F(Restore, BringsWhatWasUndelivered) {
  configure();
  receiver_.answer(503);
  deployment_.start();
  ASSERT_TRUE(eventually([&] { return deployment_.undelivered() == 1; }));
  ASSERT_EQ(storage_command("backup", deployment_.storage(), {folder_.path().string()}).exit_code,
            0);
  ASSERT_EQ(deployment_.stop(), 0);
  receiver_.answer(200);
  ASSERT_EQ(storage_command("restore", deployment_.storage(), {folder_.path().string()}).exit_code,
            0);
  deployment_.start();
  const auto taken = [&] {
    Lines types;
    for (const Post& post : receiver_.posts())
      if (post.status == 200)
        types.push_back(text_at(parsed(post.body), "/type"));
    std::ranges::sort(types);
    return types;
  };
  EXPECT_TRUE(eventually([&] { return taken() == Lines{rewound, baselined}; }));
}

// The log has what came last: a copy of the database alone is told at the start.
TEST_F(Restore, IsntACopyWithoutTheLog) {
  configure();
  deployment_.start();
  ASSERT_TRUE(eventually([&] { return receiver_.posts().size() == 1; }));
  write_file(folder_.path() / "tenantscope.db",
             read_file(deployment_.storage() / "tenantscope.db"));
  EXPECT_EQ(storage_command("check", deployment_.storage()).exit_code, 0);
  const Finished checked = storage_command("check", folder_.path());
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_NE(checked.out.find("incomplete: the storage wasn't closed"), std::string::npos)
      << checked.out;
  ASSERT_EQ(deployment_.stop(), 0);
  EXPECT_TRUE(lines_with(deployment_.daemon().log(), {"wasn't closed"}).empty());

  std::filesystem::copy_file(folder_.path() / "tenantscope.db",
                             deployment_.storage() / "tenantscope.db",
                             std::filesystem::copy_options::overwrite_existing);
  deployment_.start();
  EXPECT_EQ(lines_with(deployment_.daemon().log(), {"wasn't closed"}).size(), 1u);
}

}  // namespace
}  // namespace tenantscope::e2e
