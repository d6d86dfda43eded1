// Answers about many names and pairs at once, as people paste them into tickets and spreadsheets.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* three_clouds = R"(
tenants:
  - {name: agency.example, tenant_id: 00000000-0000-0000-0000-00000000000a, cloud: usgov, hosts: global, region_scope: USGov}
  - {name: old.example, cloud: usgov, hosts: global, region_scope: USG}
  - {name: contoso.example, region_scope: NA}
  - {name: portal.example, fault: html}
)";

class Pasting : public testing::Test {
 protected:
  Pasting() { write_file(file, configuration(authority.url(), "")); }

  Finished ask(std::vector<std::string> arguments) {
    arguments.push_back("--config.file=" + file.string());
    return run_tenantscope(std::move(arguments));
  }
  std::string printed(const std::vector<std::string>& arguments) {
    const Finished finished = ask(arguments);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return finished.out;
  }

  Simulator authority{three_clouds};
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "tenantscope.yaml";
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
    ++found;
  return found;
}

TEST_F(Pasting, OfManyNamesFitsAScreenOrTwo) {
  std::vector<std::string> names{"lookup"};
  for (int i = 0; i < 25; ++i)
    names.push_back(i % 2 == 0 ? "contoso.example" : "agency.example");
  const std::string text = printed(names);
  EXPECT_LE(lines_of(text).size(), 60u) << text;
  EXPECT_EQ(count(text, "usgov-scope-usgov of docs-2026"), 1u) << text;
  EXPECT_EQ(count(text, "\nagency.example "), 12u) << text;
}

TEST_F(Pasting, OfOneNameIsNoTable) {
  EXPECT_EQ(printed({"lookup", "contoso.example"}).find("contoso.example (asked in global)\n"), 0u);
  EXPECT_EQ(printed({"lookup", "contoso.example", "--output=markdown"}).find("| tenant |"), 0u);
  EXPECT_EQ(printed({"explain", "agency.example", "contoso.example"}).find("Can agency"), 0u);
}

TEST_F(Pasting, OfSeveralGuestsAsksEachOnce) {
  const std::vector<std::string> question{"explain",         "agency.example", "contoso.example",
                                          "old.example",     "identity:saml",  "agency.example",
                                          "contoso.example", "--output=json"};
  const json::array answers = json::parse(printed(question)).as_array();
  ASSERT_EQ(answers.size(), 5u);
  EXPECT_EQ(text_at(answers[0], "/capability"), "conditional");
  EXPECT_EQ(text_at(answers[1], "/guest"), "old.example");
  EXPECT_EQ(text_at(answers[1], "/capability"), "not_supported");
  EXPECT_EQ(text_at(answers[2], "/guest"), "identity:saml");
  EXPECT_EQ(answers[0], answers[4]);
  EXPECT_EQ(authority.requests("agency.example"), 1u);
  EXPECT_EQ(authority.requests("contoso.example"), 1u);
}

TEST_F(Pasting, OfSeveralGuestsIsATableInAnyForm) {
  const std::vector<std::string> question{"explain", "agency.example", "contoso.example",
                                          "old.example"};
  const auto in = [&](const char* output) {
    auto arguments = question;
    arguments.push_back(fmt::format("--output={}", output));
    return printed(arguments);
  };
  EXPECT_EQ(in("text").find("host            guest            capability"), 0u) << in("text");
  EXPECT_EQ(in("markdown").find("| host | guest | capability | cross_cloud | host_environment | "),
            0u);
  EXPECT_EQ(in("csv").find("host,guest,capability,rule,rules,explanation,limits,advice,sources,"
                           "cross_cloud,cross_cloud_from,host_cloud,host_environment,"),
            0u)
      << in("csv");
}

TEST_F(Pasting, OfAListIsOfItsGuestsOrOfItsPairs) {
  const std::string list = folder.path() / "list.csv";
  write_file(list, "Domain;Owner\r\ncontoso.example;Ann\r\nsomebody@old.example;Bob\r\n");
  const json::value guests =
      json::parse(printed({"explain", "agency.example", "--from=" + list, "--output=json"}));
  EXPECT_EQ(text_at(guests, "/0/guest"), "contoso.example");
  EXPECT_EQ(text_at(guests, "/1/guest"), "old.example");

  write_file(list, "host,guest\nagency.example,contoso.example\nold.example,identity:google\n");
  const json::value pairs = json::parse(printed({"explain", "--from=" + list, "--output=json"}));
  EXPECT_EQ(text_at(pairs, "/0/host"), "agency.example");
  EXPECT_EQ(text_at(pairs, "/1/host"), "old.example");
  EXPECT_EQ(text_at(pairs, "/1/capability"), "not_supported");

  write_file(list, "agency.example,contoso.example\nagency.example\n");
  const Finished bad = ask({"explain", "--from=" + list});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_NE(bad.err.find(list + ":2: two names are needed"), std::string::npos) << bad.err;
  EXPECT_EQ(ask({"explain", "agency.example"}).exit_code, 2);
  EXPECT_EQ(ask({"explain"}).exit_code, 2);
}

TEST_F(Pasting, TellsScriptsByTheExitCode) {
  const auto code = [&](std::vector<std::string> guests) {
    guests.insert(guests.begin(), {"explain", "--exit-code", "agency.example"});
    return ask(std::move(guests)).exit_code;
  };
  EXPECT_EQ(code({"identity:microsoft"}), 0);
  EXPECT_EQ(code({"contoso.example"}), 10);
  EXPECT_EQ(code({"old.example"}), 11);
  EXPECT_EQ(code({"portal.example"}), 12);
  EXPECT_EQ(code({"identity:microsoft", "old.example", "contoso.example"}), 11);
  EXPECT_EQ(ask({"explain", "agency.example", "portal.example", "contoso.example"}).exit_code, 1)
      << "without it a failure is one";
}

}  // namespace
}  // namespace tenantscope::e2e
