#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/config_findings.hpp"

namespace tenantscope {
namespace {

// Keys after the path begin at 2:13.
std::string file_sink(const std::string& keys) {
  return "events: {sinks: [{name: w, file:\n  {path: f, " + keys + "}}]}\n";
}

FileAccess access_of(const std::string& keys) {
  const ConfigFolder folder(file_sink(keys));
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{}) << keys;
  const auto& sinks = loaded.settings.events.sinks;
  return sinks.empty() ? FileAccess() : std::get<FileSinkSettings>(sinks[0].target).access;
}

TEST(FileSinkConfig, GivesItsFileModeAndGroup) {
  EXPECT_EQ(access_of("mode: 0640, group: daemon"), (FileAccess{.mode = 0640, .group = "daemon"}));
  EXPECT_EQ(access_of("mode: 0600"), (FileAccess{.mode = 0600, .group = ""}));
  EXPECT_EQ(access_of("group: \"1\""), (FileAccess{.mode = 0640, .group = "1"}))
      << "a group that may not read it makes no sense";
}

// A number that begins with 0 is octal in YAML 1.1 and decimal in 1.2, where 0o is octal.
TEST(FileSinkConfig, ReadsAModeAsItIsWritten) {
  for (const char* mode : {"0640", "\"0640\"", "'0640'", "0o640", "\"0o640\""})
    EXPECT_EQ(access_of(std::string("mode: ") + mode).mode, 0640u) << mode;
}

TEST(BadFileSinks, Modes) {
  const auto mode = [](const std::string& text) { return file_sink("mode: " + text); };
  const std::string said =
      "c:2:19: `mode` has to be three octal digits after a 0, such as 0640, not ";
  const std::string decimal = "; as a decimal number it is ";
  const std::string quotes = ": in quotes programs leave it alone";
  expect_findings({
      {mode("640"), {said + "`640`; did you mean 0640?"}},
      {mode("\"640\""), {said + "`640`; did you mean 0640?"}},
      {mode("416"), {said + "`416`" + decimal + "0640" + quotes}},
      {mode("420"), {said + "`420`" + decimal + "0644" + quotes}},
      {mode("384"), {said + "`384`" + decimal + "0600" + quotes}},
      {mode("0x1a0"), {said + "`0x1a0`"}},
      {mode("00640"), {said + "`00640`"}},
      {mode("0o0640"), {said + "`0o0640`"}},
      {mode("0689"), {said + "`0689`"}},
      {mode("064"), {said + "`064`"}},
      {mode("0o64"), {said + "`0o64`"}},
      {mode("06400"), {said + "`06400`"}},
      {mode("-640"), {said + "`-640`"}},
      {mode("0-40"), {said + "`0-40`"}},
      {mode("\"u=rw,g=r\""), {said + "`u=rw,g=r`"}},
      {mode("\"\""), {said + "``"}},
      {mode("[0640]"), {"c:2:19: `mode` has to be a text, not a list"}},
      {mode("0440"),
       {"c:2:19: `mode` can't be 0440: the daemon has to read and write it: 06.. at least"}},
      {mode("0750"), {"c:2:19: `mode` can't be 0750: nobody has to run it"}},
      {mode("0666"), {"c:2:19: `mode` can't be 0666: everybody could write events"}},
  });
}

TEST(BadFileSinks, Groups) {
  expect_findings({
      {file_sink("group: \"\""), {"c:2:20: `group` can't be empty"}},
      {file_sink("group: [daemon]"), {"c:2:20: `group` has to be a text, not a list"}},
      {file_sink("groups: daemon"), {"c:2:13: unknown key `groups`, did you mean `group`?"}},
  });
}

// Events aren't held back for it.
TEST(FileSinkWarnings, OfAGroupThatThereIsNot) {
  const ConfigFolder folder(file_sink("mode: 0640, group: no-such-group") +
                            "tenants: [{name: a.example}]\n");
  const LoadedConfig loaded = folder.load();
  EXPECT_EQ(folder.shown(loaded.errors), std::vector<std::string>{});
  EXPECT_EQ(folder.shown(loaded.warnings),
            std::vector<std::string>{"c:2:32: this machine has no group `no-such-group`: events "
                                     "are written, but no group may read them"});
}

}  // namespace
}  // namespace tenantscope
