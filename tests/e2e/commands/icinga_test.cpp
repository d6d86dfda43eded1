// A real Icinga 2 runs `tenantscope check` by the definitions that are shipped, and says what it
// understood of the performance data.
#include <gtest/gtest.h>

#include <csignal>
#include <regex>

#include <fmt/format.h>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* scenario = R"(
tenants:
  - {name: agency.example, cloud: usgov, region_scope: USGov}
  - {name: bureau.example, cloud: usgov, region_scope: USG}
)";

constexpr const char* hosts = R"(
object Host "agency" {
  check_command = "dummy"
  vars.tenantscope_tenant = "agency.example@usgov"
  vars.tenantscope_expect = [ "supported", "region_scope=USGov" ]
  vars.tenantscope_warning = 20
  vars.tenantscope_critical = 30
  vars.tenantscope_timeout = 40
}
object Host "bureau" {
  check_command = "dummy"
  vars.tenantscope_tenant = "bureau.example"
}
object Host "missing" {
  check_command = "dummy"
  vars.tenantscope_tenant = "missing.example"
}
object Host "without" { check_command = "dummy" }
)";

class Icinga : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"data", "log", "cache", "run", "spool"})
      std::filesystem::create_directory(folder.path() / name);
    write_file(folder.path() / "icinga2.conf",
               "include <itl>\n"
               "object Endpoint NodeName {}\n"
               "object Zone NodeName { endpoints = [ NodeName ] }\n"
               "include \"rest.conf\"\n"
               "include \"tenantscope.conf\"\n");
    write_file(folder.path() / "rest.conf", hosts);
    write_file(folder.path() / "tenantscope.conf", definitions());
  }

  static std::string definitions() {
    return read_file(TENANTSCOPE_SOURCE "/config/icinga2-tenantscope.conf");
  }

  std::vector<std::string> icinga(const std::vector<std::string>& arguments) const {
    const auto identity = [](const char* flag) {
      return lines_of(run({"/usr/bin/id", flag}).out).at(0);
    };
    std::vector<std::string> command =
        tool("usr/lib/" TENANTSCOPE_ARCHITECTURE "/icinga2/sbin/icinga2", {"daemon"});
    command.insert(command.end(), arguments.begin(), arguments.end());
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>{"ConfigDir", folder.path()},
          {"DataDir", folder.path() / "data"},
          {"LogDir", folder.path() / "log"},
          {"CacheDir", folder.path() / "cache"},
          {"InitRunDir", folder.path() / "run"},
          {"SpoolDir", folder.path() / "spool"},
          {"RunAsUser", identity("-un")},
          {"RunAsGroup", identity("-gn")}})
      command.push_back(fmt::format("--define={}={}", name, value));
    command.push_back("--include=" + tool_file("usr/share/icinga2/include").string());
    command.push_back("--config=" + (folder.path() / "icinga2.conf").string());
    return command;
  }

  TemporaryFolder folder;
};

TEST_F(Icinga, TakesTheDefinitionsThatAreShipped) {
  const Finished checked = run(icinga({"-C"}));
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_NE(checked.out.find("Instantiated 3 Services"), std::string::npos) << checked.out;
  EXPECT_EQ(checked.out.find("warning/"), std::string::npos) << checked.out;
}

// The value of a field of Influx's line protocol: "value" of `b2b,hostname=agency value=1,min=0
// 1795490969`.
std::string field(const std::string& line, const std::string& name) {
  std::smatch match;
  return std::regex_search(line, match, std::regex("[ ,]" + name + "=([^, ]+)")) ? match[1].str()
                                                                                 : "";
}

TEST_F(Icinga, RunsTheCheckAndUnderstandsItsPerformanceData) {
  const Simulator authority(scenario);
  Deployment deployment(configuration(authority.url(),
                                      "tenants: [{name: agency.example, cloud: usgov}, {name: "
                                      "bureau.example}, {name: missing.example}]\n"));
  deployment.start();
  ASSERT_TRUE(eventually([&] { return deployment.daemon().events().size() == 3; }));
  std::string shipped = definitions();
  shipped = replaced(shipped, "/usr/bin/tenantscope", TENANTSCOPE_BINARY);
  shipped = replaced(shipped, "http://127.0.0.1:10944", deployment.daemon().url());
  shipped = replaced(shipped, "check_interval = 5m", "check_interval = 1s");
  write_file(folder.path() / "tenantscope.conf", shipped);
  Receiver influx;
  influx.answer(204);
  write_file(
      folder.path() / "rest.conf",
      fmt::format(R"({}
object CheckerComponent "checker" {{}}
object InfluxdbWriter "influxdb" {{
  host = "127.0.0.1"
  port = {}
  database = "icinga2"
  flush_interval = 1s
  enable_send_thresholds = true
  enable_send_metadata = true
  service_template = {{ measurement = "b2b", tags = {{ hostname = "$host.name$" }} }}
}}
)",
                  hosts,
                  influx.url().substr(influx.url().rfind(':') + 1,
                                      influx.url().rfind('/') - influx.url().rfind(':') - 1)));
  Process process(icinga({}));
  std::map<std::string, std::string> told;  // by "host metric", the newest
  const auto everything = [&] {
    for (const Post& post : influx.posts())
      for (const std::string& line : lines_of(post.body + "\n"))
        told[field(line, "hostname") + " " + field(line, "metric")] = line;
    return told.contains("agency time") && told.contains("agency b2b") &&
           told.contains("agency ") && told.contains("bureau b2b") && told.contains("bureau ") &&
           told.contains("missing ") && told.contains("missing time");
  };
  EXPECT_TRUE(eventually(everything))
      << testing::PrintToString(told) << process.out() << process.err();
  EXPECT_EQ(field(told["agency "], "state"), "0i") << told["agency "];
  EXPECT_EQ(field(told["bureau "], "state"), "2i") << told["bureau "];
  EXPECT_EQ(field(told["missing "], "state"), "3i") << told["missing "];
  EXPECT_EQ(std::stod("0" + field(told["agency b2b"], "value")), 1) << told["agency b2b"];
  EXPECT_EQ(field(told["bureau b2b"], "value"), "0") << told["bureau b2b"];
  EXPECT_FALSE(told.contains("missing b2b"));
  const std::string& time = told["agency time"];
  EXPECT_EQ(field(time, "unit"), "\"seconds\"") << time;
  for (const auto& [name, value] : {std::pair("warn", 20), {"crit", 30}, {"min", 0}, {"max", 40}})
    EXPECT_EQ(std::stod("0" + field(time, name)), value) << time;
  EXPECT_LT(std::stod("0" + field(time, "value")), 20) << time;

  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(), 0);
  EXPECT_EQ(process.out().find("critical/"), std::string::npos) << process.out();
}

}  // namespace
}  // namespace tenantscope::e2e
