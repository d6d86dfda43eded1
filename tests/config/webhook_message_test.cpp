// Webhooks whose receivers show messages to people: templates, their values, addresses in files.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/config_folder.hpp"
#include "formats/template/named_templates.hpp"

namespace tenantscope {
namespace {

using Errors = std::vector<std::string>;

// The keys of the one sink's target begin at 2:4.
class MessageFolder : public ConfigFolder {
 public:
  explicit MessageFolder(const std::string& keys, const std::string& kind = "webhook")
      : ConfigFolder("events: {sinks: [{name: w, " + kind + ":\n  {" + keys + "}}]}\n") {
    write("key", "R0UT1NG\n");
    write("hook.url", "https://hooks.example/services/T0/B0/x\n");
    write("plain.url", "http://hooks.example/services/T0/B0/CANARY\n");
    write("bad.url", "CANARY\n");
    write("mine.mustache", "{{! for: slack }}\n{\"text\": \"{{data.summary}}\"}\n");
    write("wrong.mustache",
          "{{! for: slack }}\n{\"text\": \"{{data.summry}}\",\n \"x\": {{{id}}}}\n");
    write("unknown.mustache", "{{! for: slack }}\n{\"text\": \"{{data.summry}}\"}\n");
  }
  WebhookSettings webhook() const {
    for (const std::string& error : errors())
      ADD_FAILURE() << error;
    return std::get<WebhookSettings>(load().settings.events.sinks.at(0).target);
  }
};

const std::string webhook_url = "url: \"https://a.example\", ";

TEST(WebhookMessages, EveryKey) {
  const MessageFolder folder(
      "url_file: hook.url, template: pagerduty, template_value_files: {routing_key: key}, "
      "content_type: application/json, success_body: \"Event processed\"");
  const WebhookSettings webhook = folder.webhook();
  EXPECT_EQ(webhook.url, "");
  EXPECT_EQ(webhook.url_file, folder.path("hook.url"));
  EXPECT_EQ(webhook.message.name, "pagerduty");
  EXPECT_EQ(webhook.message.text, *named_template("pagerduty"));
  EXPECT_EQ(webhook.message.value_files.at("routing_key"), folder.path("key"));
  EXPECT_EQ(webhook.content_type, "application/json");
  EXPECT_EQ(webhook.success_body, "Event processed");
}

TEST(WebhookMessages, HaveATemplateOfOnesOwn) {
  const MessageFolder folder(webhook_url + "template: mine.mustache");
  EXPECT_EQ(folder.webhook().message.name, folder.path("mine.mustache").native());
  EXPECT_EQ(folder.webhook().message.text, "{{! for: slack }}\n{\"text\": \"{{data.summary}}\"}\n");
}

// What changes in the template makes another sink of it at a reload.
TEST(WebhookMessages, AreOtherOnesWithAnotherTemplate) {
  const MessageFolder folder(webhook_url + "template: mine.mustache");
  const WebhookSettings before = folder.webhook();
  EXPECT_EQ(folder.webhook(), before);
  folder.write("mine.mustache", "{{! for: slack }}{}");
  EXPECT_FALSE(folder.webhook() == before);
}

TEST(WebhookMessages, SayWhatIsWrongInATemplateWhereItIs) {
  EXPECT_EQ(MessageFolder(webhook_url + "template: wrong.mustache").errors(),
            Errors{"wrong.mustache:3:7: each value is escaped: write `{{name}}`"});
  EXPECT_EQ(MessageFolder(webhook_url + "template: unknown.mustache").errors(),
            Errors{"unknown.mustache:2:11: no event has a field `data.summry`; did you mean "
                   "`summary`?"});
}

TEST(WebhookMessages, SayWhatIsWrong) {
  const struct {
    std::string keys;
    std::string error;
  } table[] = {
      {"template: slack", "c:2:3: a webhook needs `url`, or `url_file` where it is a secret"},
      {webhook_url + "url_file: hook.url",
       "c:2:40: `url` and `url_file` exclude each other: leave one off"},
      {webhook_url + "template: slak",
       "c:2:40: there is neither a template named `slak` (`slack`, `teams` and `pagerduty` come "
       "with the program) nor a file `slak`"},
      {webhook_url + "template: pagerduty",
       "c:2:40: `template` pagerduty: the template needs `routing_key`: name its file in "
       "`template_value_files`"},
      {webhook_url + "batch: true, template: slack",
       "c:2:53: `batch` is of CloudEvents: leave it off beside a `template`"},
      {webhook_url + "template_value_files: {a: key}",
       "c:2:52: `template_value_files` are values of a `template`"},
      {webhook_url + "template: slack, template_value_files: {a-b: key}",
       "c:2:70: a value can't be named `a-b`: a name is made of letters, digits and _"},
      {webhook_url + "content_type: json",
       "c:2:44: `content_type` has to be one such as application/json, not `json`"},
      {webhook_url + "content_type: \"a/b\\r\\nX: y\"",
       "c:2:44: `content_type` has to be one such as application/json, not `a/b\\x0d\\x0aX: y`"},
      {webhook_url + "success_body: \"\"",
       "c:2:44: `success_body` has to be a text of 1 to 256 bytes"},
      {"url_file: \"\"", "c:2:14: `url_file` can't be empty"},
  };
  for (const auto& row : table) {
    const MessageFolder folder(row.keys);
    EXPECT_EQ(folder.errors(), Errors{row.error}) << row.keys;
  }
}

TEST(WebhookMessages, DontSayAnAddressThatIsASecret) {
  const Errors errors = MessageFolder("url_file: bad.url").errors();
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].find("CANARY"), std::string::npos) << errors[0];
  EXPECT_NE(errors[0].find("bad.url"), std::string::npos) << errors[0];
  const MessageFolder folder("url_file: plain.url");
  for (const std::string& warning : folder.shown(folder.load().warnings)) {
    EXPECT_EQ(warning.find("CANARY"), std::string::npos) << warning;
    EXPECT_EQ(warning.find("hooks.example"), std::string::npos) << warning;
  }
  EXPECT_EQ(folder.load().warnings.size(), 2u) << "plain http, and nothing is watched";
}

TEST(AlertmanagerSinks, MayHaveTheirAddressesInFiles) {
  const MessageFolder folder("url_files: [hook.url]", "alertmanager");
  EXPECT_EQ(folder.errors(), Errors());
  const auto sink = std::get<AlertmanagerSettings>(folder.load().settings.events.sinks[0].target);
  EXPECT_TRUE(sink.urls.empty());
  EXPECT_EQ(sink.url_files, std::vector{folder.path("hook.url")});
  EXPECT_EQ(MessageFolder("url_files: []", "alertmanager").errors(),
            Errors{"c:2:15: `url_files` has to name at least one Alertmanager"});
}

TEST(AlertmanagerSinks, GetNoBaselinesUnlessTheyAreAskedFor) {
  const auto types_of = [](const std::string& match) {
    const ConfigFolder folder("events: {sinks: [{name: w, " + match +
                              "alertmanager: {urls: [\"https://a.example\"]}}]}\n");
    return folder.load().settings.events.sinks.at(0).match.types;
  };
  const std::vector<EventKind> others{EventKind::changed, EventKind::expectation_changed,
                                      EventKind::collaboration_changed, EventKind::drill,
                                      EventKind::ledger_rewound};
  EXPECT_EQ(types_of(""), others);
  EXPECT_EQ(types_of("match: {severities: [critical]}, "), others);
  EXPECT_EQ(types_of("match: {types: [tenantscope.tenant.baselined.v1]}, "),
            std::vector{EventKind::baselined});
}

}  // namespace
}  // namespace tenantscope
