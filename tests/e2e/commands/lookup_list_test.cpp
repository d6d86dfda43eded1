// `tenantscope lookup` on lists of names, and the tenant list that it makes of them.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <regex>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* worldwide = R"(
tenants:
  - {name: agency.example, tenant_id: 00000000-0000-0000-0000-00000000000a, cloud: usgov, region_scope: USGov, sub_scope: DODCON}
  - {name: contoso.example, tenant_id: 00000000-0000-0000-0000-00000000000b, region_scope: NA}
  - {name: portal.example, region_scope: NA, fault: html}
  - {name: xn--bcher-kva.example, tenant_id: 00000000-0000-0000-0000-00000000000d, region_scope: "EUé- {name: evil.example}"}
)";

constexpr const char* chinese = R"(
tenants:
  - {name: contoso.example, tenant_id: 00000000-0000-0000-0000-00000000000c, cloud: china, region_scope: AS}
  - {name: factory.example, tenant_id: 00000000-0000-0000-0000-00000000000f, cloud: china}
)";

class LookupList : public testing::Test {
 protected:
  LookupList() {
    configure("");
    write_file(names,
               "# partners\r\n\r\nagency.example\nmissing.example  # "
               "gone\nBücher.example\nagency.example\n");
  }

  // Global and usgov are one authority, china another; nobody is at the rest.
  void configure(const std::string& rest) {
    std::string text = "probe: {timeout: 2s}\nclouds:\n";
    for (const char* cloud : {"germany", "bleu", "delos", "govsg", "usnat", "ussec"})
      text += fmt::format("  {}: {{authority: \"http://127.0.0.1:1\"}}\n", cloud);
    for (const char* cloud : {"global", "usgov"})
      text += fmt::format("  {}: {{authority: \"{}\", requests_per_second: 1000}}\n", cloud,
                          west.url());
    write_file(file,
               text + fmt::format("  china: {{authority: \"{}\", requests_per_second: 1000}}\n{}",
                                  east.url(), rest));
  }

  Finished lookup(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), {"lookup", "--config.file=" + file.string()});
    return run(tenantscope_command(std::move(arguments)), input);
  }

  // The list has to be one that the configuration takes. It is given without the two lines about
  // pins, which a list with pins begins with.
  Finished as_yaml(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.emplace_back("--output=yaml");
    Finished made = lookup(std::move(arguments), input);
    write_file(folder.path() / "made.yaml", made.out);
    const auto config = folder.path() / "with-made.yaml";
    write_file(config, "tenant_files: [made.yaml]\n");
    const Finished checked = run_tenantscope({"config", "check", config});
    EXPECT_EQ(checked.exit_code, 0) << checked.out << made.out;
    EXPECT_EQ(made.out.starts_with("# `tenant_id` pins"),
              made.out.find(", tenant_id: ") != std::string::npos)
        << made.out;
    if (made.out.starts_with("# `tenant_id` pins"))
      made.out.erase(0, made.out.find('\n', made.out.find('\n') + 1) + 1);
    return made;
  }

  Simulator west{worldwide};
  Simulator east{chinese};
  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "tenantscope.yaml";
  std::filesystem::path names = folder.path() / "names.txt";
};

constexpr const char* agency_entry =
    "# agency.example: cloud usgov, tenant 00000000-0000-0000-0000-00000000000a, region scope "
    "USGov, sub scope DODCON, B2B supported\n"
    "- {name: agency.example, cloud: global, tenant_id: 00000000-0000-0000-0000-00000000000a}\n";
constexpr const char* contoso_entry =
    "# contoso.example: cloud global, tenant 00000000-0000-0000-0000-00000000000b, region scope "
    "NA, B2B supported\n"
    "- {name: contoso.example, cloud: global, tenant_id: 00000000-0000-0000-0000-00000000000b}\n";

TEST_F(LookupList, MakesATenantListOfAFile) {
  const Finished made = as_yaml({"--from=" + names.string(), "contoso.example"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.err, "");
  EXPECT_EQ(
      made.out,
      std::string(contoso_entry) + agency_entry + "# missing.example: not found in global\n" +
          "# xn--bcher-kva.example: cloud global, tenant 00000000-0000-0000-0000-00000000000d, "
          "region scope EU?- {name: evil.example}, B2B supported\n"
          "- {name: xn--bcher-kva.example, cloud: global, tenant_id: "
          "00000000-0000-0000-0000-00000000000d}\n");
}

TEST_F(LookupList, PinsNobodyWhereThatIsNotWanted) {
  const Finished made = as_yaml({"--pin=no", "contoso.example"});
  EXPECT_TRUE(made.out.ends_with("\n- {name: contoso.example, cloud: global}\n")) << made.out;
  EXPECT_EQ(lookup({"--pin=perhaps", "contoso.example"}).exit_code, 2);
}

TEST_F(LookupList, ReadsCsvAndStandardInput) {
  const std::string csv =
      "Company,Domain\r\n\"Contoso, "
      "\"\"Ltd\"\"\",contoso.example\r\nAgency,agency.example@usgov\r\n";
  const Finished made = as_yaml({"--from=-"}, csv);
  EXPECT_EQ(made.exit_code, 0) << made.err;
  std::string agency = agency_entry;
  agency.replace(agency.find("cloud: global"), 13, "cloud: usgov");
  EXPECT_EQ(made.out, contoso_entry + agency);
  EXPECT_EQ(as_yaml({"--from=-"}, "# none\n").out, "[]\n");
}

TEST_F(LookupList, CarriesLabelsAndKeepsWhatIsNotFound) {
  const std::string csv =
      "sep=;\r\nFirma;Mail;Land;Owner\r\nContoso;anna@contoso.example;DE;\"says \"\"hi\"\" \\\"\r\n"
      "Gone;b@missing.example;FR;\r\nAgain;c@Contoso.example;CH;x\r\n";
  const Finished made = as_yaml({"--from=-", "--labels=land,OWNER", "--keep-not-found"}, csv);
  EXPECT_EQ(made.exit_code, 0) << made.err;
  std::string contoso = contoso_entry;
  contoso.insert(contoso.rfind('}'), R"(, labels: {land: "DE", owner: "says \"hi\" \\"})");
  EXPECT_EQ(made.out, contoso +
                          "# missing.example: not found in global\n"
                          "- {name: missing.example, cloud: global, labels: {land: \"FR\"}}\n");
  EXPECT_EQ(as_yaml({"--from=-", "--column=1"}, "contoso.example;x.example\n").out, contoso_entry);
  for (const std::string labels : {"--labels=cloud", "--labels=land,Land"})
    EXPECT_EQ(lookup({"--from=-", labels}, csv).exit_code, 2) << labels;
  EXPECT_EQ(lookup({"contoso.example", "--column=1"}).exit_code, 2) << "of which list";
}

TEST_F(LookupList, NamesWhatIsNoListInOneLine) {
  const std::pair<std::string, std::string> lists[] = {
      {std::string("PK\x03\x04\x14\0", 6), "an Excel workbook"},
      {"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "an HTML page"},
      {"Seite;Alt\na.example;b.example\n", "write --column= with one of `Seite`, `Alt`"},
      {std::string(17 << 20, ','), "16 MiB"},
  };
  for (const auto& [text, said] : lists) {
    write_file(names, text);
    const Finished finished = lookup({"--from=" + names.string()});
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_EQ(finished.out, "");
    ASSERT_EQ(lines_of(finished.err).size(), 1) << finished.err;
    EXPECT_TRUE(finished.err.starts_with("tenantscope: " + names.string() + ": ")) << finished.err;
    EXPECT_NE(finished.err.find(said), std::string::npos) << finished.err;
  }
}

TEST_F(LookupList, ReportsBadLinesAndFailuresAndGoesOn) {
  write_file(names,
             "common\ncontoso.example\nlocal"
             "\n\"never.example\nagency.example@mars\nportal.example\n");
  const Finished made = as_yaml({"--from=" + names.string()});
  EXPECT_EQ(made.exit_code, 1);
  EXPECT_TRUE(made.out.starts_with(std::string(contoso_entry) +
                                   "# portal.example: failed in global: not_json: "))
      << made.out;
  const auto lines = lines_of(made.err);
  ASSERT_EQ(lines.size(), 4) << made.err;
  for (const auto& [line, said] : {std::pair(1, "common"), std::pair(3, "local"),
                                   std::pair(4, "quote"), std::pair(5, "mars")}) {
    const std::string& told = lines[line == 1 ? 0 : std::size_t(line - 2)];
    EXPECT_TRUE(told.starts_with(fmt::format("{}:{}: ", names.string(), line)) &&
                told.find(said) != std::string::npos)
        << told;
  }
  EXPECT_EQ(as_yaml({"--from=-"}, "contoso.example\ncommon\n").exit_code, 1);
  EXPECT_EQ(as_yaml({"--from=-"}, "portal.example\n").exit_code, 1);
  EXPECT_EQ(lookup({"--from=" + (folder.path() / "none").string()}).exit_code, 1);
}

TEST_F(LookupList, AsksSeveralClouds) {
  const Finished made = as_yaml(
      {"--clouds=global,china", "--from=-"},
      "contoso.example\nagency.example\nfactory.example\nmissing.example\nagency.example@usgov\n");
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.out, std::string("# contoso.example is 2 different tenants, asked in global, "
                                  "china: keep the one that is meant\n") +
                          contoso_entry +
                          "# contoso.example: cloud china, tenant "
                          "00000000-0000-0000-0000-00000000000c, region scope AS, B2B supported\n"
                          "- {name: contoso.example, cloud: china, tenant_id: "
                          "00000000-0000-0000-0000-00000000000c}\n" +
                          agency_entry +
                          "# factory.example: cloud china, tenant "
                          "00000000-0000-0000-0000-00000000000f, region scope none, B2B supported\n"
                          "- {name: factory.example, cloud: china, tenant_id: "
                          "00000000-0000-0000-0000-00000000000f}\n"
                          "# missing.example: not found in global, china\n");
}

TEST_F(LookupList, LeavesOutWhatCannotBeReachedWhereAllAreAsked) {
  const Finished made = as_yaml({"--clouds=all", "factory.example", "missing.example"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_TRUE(
      made.out.ends_with("cloud: china, tenant_id: 00000000-0000-0000-0000-00000000000f}\n# "
                         "missing.example: not found in global, usgov, china\n"))
      << made.out;
  EXPECT_EQ(lines_of(made.err).size(), 6) << made.err;
  EXPECT_NE(made.err.find("usnat can't be reached"), std::string::npos) << made.err;

  const Finished named = as_yaml({"--clouds=global,usnat", "contoso.example"});
  EXPECT_EQ(named.exit_code, 1);
  EXPECT_TRUE(named.out.starts_with(std::string(contoso_entry) +
                                    "# contoso.example: failed in usnat: connect: "))
      << named.out;
}

TEST_F(LookupList, TellsInTextAndJsonToo) {
  const std::vector<std::string> flags{"--clouds=global,china", "contoso.example",
                                       "factory.example", "missing.example", "--from=-"};
  const auto with = [&](std::string flag) {
    auto all = flags;
    all.push_back(std::move(flag));
    return lookup(all, "agency.example\n");
  };
  const json::value answer = json::parse(with("--output=json").out);
  std::vector<std::string> told;
  for (const json::value& one : answer.as_array())
    told.push_back(text_at(one, "/tenant") + "@" + text_at(one, "/asked"));
  EXPECT_EQ(told, (std::vector<std::string>{"contoso.example@global", "contoso.example@china",
                                            "factory.example@china", "missing.example@global",
                                            "agency.example@global"}));
  const std::string text = with("--output=text").out;
  EXPECT_EQ(lines_of(text.substr(0, text.find("\n\n") + 1)).size(), 6u) << text;
}

TEST_F(LookupList, KeepsToThePaceOfTheConfiguration) {
  write_file(file,
             fmt::format("clouds: {{global: {{authority: \"{}\", requests_per_second: 5}}}}\n",
                         west.url()));
  std::string many;
  for (int i = 0; i < 10; ++i)
    many += fmt::format("t{}.example\n", i);
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(lookup({"--from=-"}, many).exit_code, 0);
  EXPECT_GT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(800));

  // An authority that wants to be left alone for an hour is: the rest fails at once.
  west.change("a.example", R"({"fault": {"kind": "throttle", "retry_after": "1h"}})");
  const Finished throttled = lookup({"--from=-", "--output=json", "a.example"}, many);
  EXPECT_EQ(throttled.exit_code, 1);
  EXPECT_EQ(text_at(json::parse(throttled.out), "/9/error"), "throttled");
}

// Through a daemon that watches one of them.
class LookupThroughDaemon : public LookupList {
 protected:
  LookupThroughDaemon() {
    write_file(names,
               "agency.example@usgov\ncontoso.example\nmissing.example\nportal.example\nfactory."
               "example@china\n");
  }

  void serve() {
    configure("tenants: [{name: agency.example, cloud: usgov, interval: 1h}]\n");
    deployment.configure(read_file(file));
    deployment.start();
    ASSERT_TRUE(eventually([&] {
      return deployment.daemon().metrics()[tenant_series("found", "agency.example", "usgov")] == 1;
    }));
  }
  Finished through_daemon(std::vector<std::string> arguments) {
    arguments.push_back("--url=" + deployment.daemon().url());
    return lookup(std::move(arguments));
  }
  std::optional<double> found(const std::string& asked) {
    return deployment.daemon().metrics()[fmt::format(
        "tenantscope_authority_requests_total{{asked=\"{}\",outcome=\"found\"}}", asked)];
  }

  Deployment deployment{""};
};

TEST_F(LookupThroughDaemon, FindsWhatItFindsByItself) {
  serve();
  for (const std::string output : {"text", "json", "yaml"}) {
    const Finished own = lookup({"--from=" + names.string(), "--output=" + output});
    const Finished through = through_daemon({"--from=" + names.string(), "--output=" + output});
    const auto timeless = [](const std::string& text) {
      return std::regex_replace(text, std::regex(R"(\d{4}-\d\d-\d\dT[0-9:.]+Z)"), "TIME");
    };
    EXPECT_EQ(timeless(through.out), timeless(own.out));
    EXPECT_EQ(through.exit_code, own.exit_code);
    EXPECT_EQ(through.err, "");
  }
  EXPECT_EQ(found("usgov"), 1 + 3) << "they are the daemon's own";
  EXPECT_EQ(found("china"), 3);
}

TEST_F(LookupThroughDaemon, LeavesAnAuthorityAloneAsTheDaemonDoes) {
  serve();
  west.change("contoso.example", R"({"fault": {"kind": "throttle", "retry_after": "1h"}})");
  const Finished first = through_daemon({"--output=json", "contoso.example"});
  EXPECT_EQ(text_at(json::parse(first.out), "/0/error"), "throttled");
  const Finished second = through_daemon({"portal.example"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_NE(second.out.find("throttled: not asked: its authority is to be left alone"),
            std::string::npos)
      << second.out;
  EXPECT_EQ(west.requests("portal.example"), 0);
}

TEST_F(LookupThroughDaemon, SaysWhyItCannotBe) {
  serve();
  const std::string url = deployment.daemon().url();
  write_file(file, "clouds: {moon: {authority: \"https://login.moon.example\"}}\n");
  const Finished unknown = through_daemon({"a.example@moon"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.err.find("unknown cloud `moon`"), std::string::npos) << unknown.err;
  deployment.stop();
  const Finished nobody = lookup({"a.example", "b.example", "--url=" + url});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_NE(nobody.err.find(url), std::string::npos) << nobody.err;
  EXPECT_EQ(nobody.out, "");
}

TEST(LookupListUsage, IsChecked) {
  const TemporaryFolder folder;
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"lookup"},
        {"lookup", "a.example", "--clouds=mars"},
        {"lookup", "a.example", "--clouds=all", "--cloud=usgov"},
        {"lookup", "--output=yml", "a.example"},
        {"lookup", "--from=-", "common"}}) {
    const Finished finished = run_tenantscope(wrong);
    EXPECT_EQ(finished.exit_code, 2) << finished.err;
    EXPECT_EQ(finished.out, "");
  }
}

}  // namespace
}  // namespace tenantscope::e2e
