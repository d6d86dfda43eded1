// Asking a running daemon by the commands: its tenants, its condition, its newest events; and what
// the commands say to those who write a name wrong.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USGov, sub_scope: DODCON}
  - {name: bureau.example, cloud: usgov, hosts: global, region_scope: USG}
  - {name: portal.example, region_scope: NA, fault: html}
)";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The cells of a line of an aligned table.
std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find("  ", at), line.size());
    found.push_back(line.substr(at, end - at));
    at = std::min(line.find_first_not_of(' ', end), line.size());
  }
  return found;
}

class Asking : public testing::Test {
 protected:
  void SetUp() override {
    deployment.start();
    ASSERT_TRUE(eventually([&] {
      return deployment.daemon().events().size() == 2 &&
             text_at(deployment.daemon().tenant("portal.example"), "/up") == "false";
    })) << deployment.daemon().log();
  }

  // By the socket in the storage and by the URL: the same.
  Finished ask(std::vector<std::string> arguments) {
    auto by_url = arguments;
    arguments.push_back("--storage.path=" + deployment.storage().string());
    by_url.push_back("--url=" + deployment.daemon().url());
    Finished finished = run_tenantscope(arguments);
    const Finished told = run_tenantscope(by_url);
    EXPECT_EQ(finished.exit_code, told.exit_code) << finished.err << told.err;
    EXPECT_EQ(finished.out, told.out);
    return finished;
  }

  Simulator authority{scenario};
  Deployment deployment{configuration(authority.url(),
                                      "tenants: [{name: agency.example, cloud: usgov}, {name: "
                                      "bureau.example}, {name: portal.example}]\n",
                                      "{interval: 10m}")};
};

TEST_F(Asking, ForTheTenants) {
  const Finished text = ask({"tenants"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  const auto lines = lines_of(text.out);
  ASSERT_EQ(lines.size(), 4u) << text.out;
  EXPECT_EQ(cells(lines[0]).at(6), "next_probe");
  EXPECT_TRUE(lines[1].starts_with("agency.example")) << lines[1];
  const auto agency = cells(lines[1]);
  EXPECT_EQ(agency.at(1), "usgov");
  EXPECT_EQ(agency.at(3), "supported");
  EXPECT_EQ(agency.at(4), "fine");
  EXPECT_EQ(cells(lines[3]).at(4), "failing (not_json)");

  const json::value shown = json::parse(ask({"tenants", "--output=json"}).out);
  EXPECT_EQ(text_at(shown, "/0/failing_since"), "null");
  EXPECT_LT(text_at(shown, "/2/failing_since"), text_at(shown, "/2/next_probe"));
  EXPECT_TRUE(ask({"tenants", "--output=csv"})
                  .out.starts_with(
                      "tenant,asked,environment,b2b,condition,failing_since,next_probe\nagency."));
  EXPECT_EQ(lines_of(ask({"tenants", "--state=supported"}).out).size(), 2u);
  EXPECT_EQ(lines_of(ask({"tenants", "--name=portal", "--cloud=global"}).out).size(), 2u);
  EXPECT_EQ(lines_of(ask({"tenants", "--cloud=china"}).out).size(), 1u);
}

TEST_F(Asking, HowItIs) {
  const json::value good = json::parse(ask({"status", "--output=json"}).out);
  EXPECT_EQ(text_at(good, "/ready"), "true");
  EXPECT_EQ(good.at("problems").as_array().size(), 0u);
  EXPECT_EQ(text_at(good, "/tenants/failing"), "1");

  deployment.configure("rubbish\n");
  deployment.reload();
  const Finished text = ask({"status"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_TRUE(lines_of(text.out).at(1).starts_with("configuration")) << text.out;
  EXPECT_TRUE(holds(ask({"status", "--output=csv"}).out, "\ntenants,watched,3\n"));
}

TEST_F(Asking, ForTheNewestEvents) {
  const auto numbers = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "events");
    std::vector<int> found;
    for (const std::string& line : lines_of(ask(std::move(arguments)).out))
      found.push_back(std::stoi(line));
    return found;
  };
  EXPECT_EQ(numbers({"--newest"}), (std::vector{2, 1}));
  EXPECT_EQ(numbers({"--newest", "--limit=1"}), std::vector{2});
  EXPECT_EQ(numbers({"--limit=1"}), std::vector{1});
  EXPECT_EQ(numbers({"--limit=0"}), std::vector<int>{});
  EXPECT_EQ(run_tenantscope({"events", "--newest", "--follow"}).exit_code, 2);
}

TEST_F(Asking, ForATenantThatNobodyWatches) {
  const Finished near = ask({"events", "--tenant=agancy.example"});
  EXPECT_EQ(near.exit_code, 1);
  EXPECT_TRUE(holds(near.err, "no tenant `agancy.example` is known there")) << near.err;
  EXPECT_TRUE(holds(near.err, "did you mean `agency.example`?")) << near.err;
  EXPECT_EQ(ask({"events", "--tenant=agancy.example", "--follow"}).exit_code, 1);
  const Finished far = ask({"events", "--tenant=fabrikam.example"});
  EXPECT_EQ(far.exit_code, 1);
  EXPECT_FALSE(holds(far.err, "did you mean")) << far.err;
  EXPECT_EQ(ask({"events", "--tenant=portal.example"}).exit_code, 0) << "it has no events yet";
}

TEST(Slips, OfCommandsAndFlagsAreNamed) {
  struct {
    std::vector<std::string> arguments;
    const char* said;
  } const slips[] = {
      {{"statsu"}, "did you mean `status`?"},
      {{"evnets", "--follow"}, "did you mean `events`?"},
      {{"events", "--folow"}, "did you mean `--follow`?"},
      {{"serve", "--config-file=x"}, "did you mean `--config.file`?"},
      {{"config", "chekc", "x"}, "did you mean `check`?"},
      {{"events", "redelivre"}, "did you mean `redeliver`?"},
  };
  for (const auto& slip : slips) {
    const Finished finished = run_tenantscope(slip.arguments);
    EXPECT_EQ(finished.exit_code, 2) << slip.said;
    EXPECT_TRUE(holds(finished.err, slip.said)) << finished.err;
  }
  const Finished far = run_tenantscope({"events", "--colour"});
  EXPECT_FALSE(holds(far.err, "did you mean")) << far.err;
}

}  // namespace
}  // namespace tenantscope::e2e
