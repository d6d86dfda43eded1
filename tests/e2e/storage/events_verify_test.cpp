// `tenantscope events verify` as people and scripts use it: beside a daemon, by HTTP, over what a
// sink has kept; and a journal that goes back below those who follow it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include <fmt/format.h>
#include <sqlite3.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USGov}
  - {name: bureau.example, cloud: usgov, region_scope: USG}
  - {name: contoso.example, region_scope: NA}
)";
constexpr const char* watched =
    "tenants: [{name: agency.example}, {name: bureau.example}, {name: contoso.example}]\n"
    "events: {sinks: [{name: all, file: {path: all.jsonl}}, {name: changes, match: {types: "
    "[tenantscope.tenant.changed.v1]}, file: {path: changes.jsonl}}]}\n";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Verify : public testing::Test {
 protected:
  void SetUp() override {
    deployment_.start();
    await_events(3);
    change("bureau.example", "USGov");
    await_events(4);
    change("contoso.example", "EU");
    await_events(5);
    ASSERT_TRUE(eventually([&] {
      return lines_of(read_file(sink("all"))).size() == 5 &&
             lines_of(read_file(sink("changes"))).size() == 2;
    }));
  }

  void change(const std::string& tenant, const std::string& scope) {
    authority_.change(tenant, fmt::format(R"({{"region_scope": "{}"}})", scope));
  }
  void await_events(std::size_t count) {
    ASSERT_TRUE(eventually([&] { return deployment_.daemon().events().size() == count; }))
        << deployment_.daemon().log();
  }
  std::string sink(const std::string& name) const {
    return (deployment_.storage() / (name + ".jsonl")).string();
  }
  std::string storage() const { return "--storage.path=" + deployment_.storage().string(); }

  // Its answer as JSON, which says by its exit code what it says.
  json::object verify(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"events", "verify", "--output=json"});
    const Finished finished = run_tenantscope(arguments);
    EXPECT_EQ(finished.err, "");
    json::object answer = parsed(finished.out);
    EXPECT_EQ(finished.exit_code, answer.at("state") == "intact" ? 0 : 1) << finished.out;
    return answer;
  }
  std::string state(const std::vector<std::string>& arguments) const {
    return text_at(verify(arguments), "/state");
  }
  void edit(const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((deployment_.storage() / "tenantscope.db").c_str(), &database), 0);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }

  Simulator authority_{scenario};
  Deployment deployment_{configuration(authority_.url(), watched)};
};

TEST_F(Verify, SaysTheSameOfTheStorageTheDaemonAndTheSink) {
  const std::string url = "--url=" + deployment_.daemon().url();
  const json::object stored = verify({storage()}), told = verify({url}),
                     kept = verify({"--from=" + sink("all")});
  EXPECT_EQ(stored, told);
  EXPECT_EQ(text_at(stored, "/state"), "intact");
  EXPECT_EQ(text_at(stored, "/events"), "5");
  EXPECT_EQ(stored.at("head"), kept.at("head"));
  EXPECT_EQ(stored.at("journal"), deployment_.daemon().api("/api/v1/events").at("journal"));
  const std::string head = text_at(stored, "/head");
  EXPECT_TRUE(head.starts_with("5:")) << head;

  const Finished text = run_tenantscope({"events", "verify", storage()});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(lines_of(text.out).front(), "intact");
  EXPECT_TRUE(holds(text.out, "  events      5, from 1 to 5\n")) << text.out;
  EXPECT_TRUE(holds(text.out, "  head        " + head + "\n")) << text.out;

  change("agency.example", "USG");
  await_events(6);
  write_file(deployment_.folder() / "heads", json::serialize(stored) + "\n");
  for (const std::string& where : {storage(), url})
    for (const std::string& against :
         {head, (deployment_.folder() / "heads").string(), sink("all"), sink("changes")})
      EXPECT_EQ(state({where, "--against=" + against}), "intact") << where << " " << against;
  EXPECT_EQ(text_at(verify({storage(), "--against=" + head}), "/against/proved"), "5");
  const std::string other = "5:" + std::string(64, 'a');
  EXPECT_EQ(state({storage(), "--against=" + other}), "rewritten");
  EXPECT_EQ(state({url, "--against=7" + other.substr(1)}), "shortened");
}

TEST_F(Verify, ListsTheGapsOfAFilterAndPassesOverRepeats) {
  const std::string all = read_file(sink("all"));
  const std::string first = lines_of(all).front() + "\n";
  write_file(sink("all"), all + first + first);
  const json::object repeated = verify({"--from=" + sink("all")});
  EXPECT_EQ(text_at(repeated, "/state"), "intact");
  EXPECT_EQ(text_at(repeated, "/repeats"), "2");
  const json::object changes = verify({"--from=" + sink("changes")});
  EXPECT_EQ(text_at(changes, "/events"), "2");
  EXPECT_EQ(changes.at("gaps"), json::array());
  write_file(sink("changes"), first + lines_of(all).at(3) + "\n");
  EXPECT_EQ(json::serialize(verify({"--from=" + sink("changes")}).at("gaps")),
            R"([{"first":2,"last":3}])");
  const Finished proved = run_tenantscope(
      {"events", "verify", "--from=" + sink("changes"), "--against=" + sink("changes")});
  EXPECT_EQ(proved.exit_code, 0);
  EXPECT_TRUE(holds(proved.out, "; nothing was changed in event 1, in event 4\n")) << proved.out;
  write_file(sink("all"), all + first.substr(0, 50));
  const Finished torn = run_tenantscope({"events", "verify", "--from=" + sink("all")});
  EXPECT_EQ(torn.exit_code, 0);
  EXPECT_TRUE(holds(torn.out, "all.jsonl:6: torn, as where the power failed")) << torn.out;
  write_file(sink("all"), replaced(all, "\"bureau.example\"", "\"burro.example\""));
  const Finished edited = run_tenantscope({"events", "verify", "--from=" + sink("all")});
  EXPECT_EQ(edited.exit_code, 1);
  EXPECT_EQ(lines_of(edited.out).front(), "broken");
  EXPECT_TRUE(holds(edited.out, "may be")) << edited.out;
}

TEST_F(Verify, SaysWhereTheStorageWasEdited) {
  const std::string head = text_at(verify({storage()}), "/head");
  EXPECT_EQ(deployment_.stop(), 0);
  EXPECT_EQ(state({storage()}), "intact") << "without a daemon, too";
  edit("UPDATE journal SET event = replace(event, 'bureau', 'burrow') WHERE sequence = 4");
  const json::object broken = verify({storage(), "--against=" + head});
  EXPECT_EQ(text_at(broken, "/state"), "broken");
  EXPECT_EQ(text_at(broken, "/breaks/0/sequence"), "4");
  EXPECT_EQ(text_at(broken, "/head"), "null");
  edit("DELETE FROM journal WHERE sequence = 4");
  EXPECT_EQ(text_at(verify({storage()}), "/breaks/0/what"), "event 4 is missing");
  deployment_.start();  // and the daemon doesn't heal it
  EXPECT_EQ(state({storage()}), "broken");
  EXPECT_EQ(state({"--url=" + deployment_.daemon().url()}), "broken");
}

TEST_F(Verify, SaysWhatIsWrongWithItsInput) {
  const std::string none = (deployment_.folder() / "none").string();
  struct {
    std::vector<std::string> arguments;
    int exit_code;
    std::string said;
  } const cases[] = {
      {{"--from=" + none}, 1, none},
      {{storage(), "--against=" + none}, 1, none},
      {{"--storage.path=" + none}, 78, none},
      {{"--url=http://127.0.0.1:1"}, 1, "http://127.0.0.1:1"},
      {{"--from=" + deployment_.config_file().string()}, 1, "tenantscope.yaml:1: "},
      {{storage(), "--url=http://127.0.0.1:1"}, 2, "excludes"},
      {{storage(), "--from=" + none}, 2, "excludes"},
      {{"--output=csv"}, 2, "csv"},
  };
  for (const auto& [arguments, exit_code, said] : cases) {
    std::vector<std::string> command{"events", "verify"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Finished finished = run_tenantscope(command);
    EXPECT_EQ(finished.exit_code, exit_code) << said << finished.err;
    EXPECT_TRUE(holds(finished.err, said)) << said << finished.err;
    EXPECT_EQ(finished.out, "");
  }
}

// A backup of before was put in place: nobody who follows waits for nothing.
TEST_F(Verify, LetsNobodyFollowAJournalThatWentBack) {
  EXPECT_EQ(deployment_.stop(), 0);
  const auto database = deployment_.storage() / "tenantscope.db";
  const std::string backup = read_file(database);
  deployment_.start();
  change("bureau.example", "USG");
  await_events(6);
  Process follower(tenantscope_command({"events", storage(), "--follow", "--after=5"}));
  ASSERT_TRUE(eventually([&] { return lines_of(follower.out()).size() == 1; }));
  EXPECT_EQ(deployment_.stop(), 0);
  for (const char* beside : {"-wal", "-shm"})  // which the follower keeps open
    std::filesystem::remove(database.string() + beside);
  write_file(deployment_.folder() / "restored", backup);
  std::filesystem::rename(deployment_.folder() / "restored", database);
  EXPECT_EQ(follower.wait(), 1);
  EXPECT_TRUE(holds(follower.err(), "backup was restored")) << follower.err();

  authority_.change("bureau.example", R"({"region_scope": "USGov"})");  // as the backup knows it
  deployment_.start();
  for (const std::string& where : {storage(), "--url=" + deployment_.daemon().url()}) {
    const Finished beyond = run_tenantscope({"events", where, "--follow", "--after=6"});
    EXPECT_EQ(beyond.exit_code, 1);
    EXPECT_TRUE(holds(beyond.err, "ends at 00000000000000000005")) << beyond.err;
  }
  const HttpAnswer gone = http_get(deployment_.daemon().url() + "/api/v1/events?after=6&wait=5m");
  EXPECT_EQ(gone.status, 410);
  EXPECT_TRUE(holds(gone.body, R"("oldest":1,"last":5,"journal":")")) << gone.body;
}

}  // namespace
}  // namespace tenantscope::e2e
