// What the documentation of services demands of a message: what is wrong in one, a line each.
//   Slack      https://docs.slack.dev/reference/block-kit/blocks: 50 blocks, 3,000 characters a
//              text, 150 a header's, 10 elements a context; `text` beside blocks
//   Teams      a workflow's envelope with one Adaptive Card of 1.4; 28 KB
//   PagerDuty  Events API v2: required fields, 1,024 characters of summary, 255 of dedup_key, 512
//   KB
#pragma once

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tenantscope {

using Breaches = std::vector<std::string>;

class ServiceRules {
 public:
  static Breaches of_slack(const std::string& body) {
    ServiceRules rules(body, 256'000);
    rules.text(rules.message_, "text", 3'000);
    const auto& blocks = rules.list(rules.message_, "blocks", 50);
    for (const auto& block : blocks)
      rules.slack_block(block.as_object());
    return rules.breaches_;
  }

  static Breaches of_teams(const std::string& body) {
    ServiceRules rules(body, std::size_t{28} * 1024);
    rules.equal(rules.message_, "type", "message");
    for (const auto& attachment : rules.list(rules.message_, "attachments", 1)) {
      const auto& card = attachment.as_object();
      rules.equal(card, "contentType", "application/vnd.microsoft.card.adaptive");
      rules.expect(card.contains("contentUrl") && card.at("contentUrl").is_null(), "contentUrl");
      rules.teams_card(card.at("content").as_object());
    }
    return rules.breaches_;
  }

  static Breaches of_pagerduty(const std::string& body) {
    ServiceRules rules(body, 512'000);
    rules.text(rules.message_, "routing_key", 255);
    rules.text(rules.message_, "dedup_key", 255);
    rules.one_of(rules.message_, "event_action", {"trigger", "acknowledge", "resolve"});
    const auto& payload = rules.message_.at("payload").as_object();
    rules.text(payload, "summary", 1'024);
    rules.text(payload, "source", 1'024);
    rules.one_of(payload, "severity", {"critical", "error", "warning", "info"});
    rules.text(payload, "timestamp", 30);
    for (const auto& link : rules.message_.at("links").as_array())
      rules.text(link.as_object(), "href", 2'000);
    return rules.breaches_;
  }

 private:
  ServiceRules(const std::string& body, std::size_t most) {
    expect(body.size() <= most, "bytes: " + std::to_string(body.size()));
    message_ = boost::json::parse(body).as_object();
  }

  void expect(bool holds, std::string what) {
    if (!holds)
      breaches_.push_back(std::move(what));
  }

  static std::string_view text_in(const boost::json::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
  }

  static std::size_t units(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text)
      count += (c & 0xc0) == 0x80 ? 0 : (c & 0xf8) == 0xf0 ? 2 : 1;
    return count;
  }

  void text(const boost::json::object& from, std::string_view key, std::size_t most) {
    const std::size_t length = units(text_in(from, key));
    expect(length > 0 && length <= most,
           std::string(key) + ": " + std::to_string(length) + " characters");
  }

  void equal(const boost::json::object& from, std::string_view key, std::string_view wanted) {
    expect(text_in(from, key) == wanted, std::string(key) + " isn't " + std::string(wanted));
  }

  void one_of(const boost::json::object& from, std::string_view key,
              std::initializer_list<std::string_view> known) {
    expect(std::ranges::find(known, text_in(from, key)) != known.end(), std::string(key));
  }

  const boost::json::array& list(const boost::json::object& from, std::string_view key,
                                 std::size_t most) {
    static const boost::json::array nothing;
    const auto* value = from.if_contains(key);
    if (!value || !value->is_array())
      return expect(false, std::string(key) + " is no list"), nothing;
    const auto& items = value->get_array();
    expect(!items.empty() && items.size() <= most,
           std::string(key) + ": " + std::to_string(items.size()) + " items");
    return items;
  }

  void slack_text(const boost::json::object& from, std::size_t most) {
    one_of(from, "type", {"plain_text", "mrkdwn"});
    text(from, "text", most);
    const std::string_view shown = text_in(from, "text");
    for (auto at = shown.find('<'); at != shown.npos; at = shown.find('<', at + 1))
      expect(shown.substr(at).starts_with("<https://"), "a mark: " + std::string(shown));
  }

  void slack_block(const boost::json::object& block) {
    const std::string_view type = text_in(block, "type");
    if (type == "context") {
      for (const auto& element : list(block, "elements", 10))
        slack_text(element.as_object(), 3'000);
      return;
    }
    one_of(block, "type", {"header", "section"});
    slack_text(block.at("text").as_object(), type == "header" ? 150 : 3'000);
    if (type == "header")
      equal(block.at("text").as_object(), "type", "plain_text");
  }

  void teams_card(const boost::json::object& card) {
    equal(card, "type", "AdaptiveCard");
    equal(card, "version", "1.4");
    for (const auto& element : list(card, "body", 1'000)) {
      const auto& block = element.as_object();
      one_of(block, "type", {"TextBlock", "FactSet"});
      if (text_in(block, "type") == "TextBlock")
        text(block, "text", 28'000);
      else
        for (const auto& fact : list(block, "facts", 1'000)) {
          text(fact.as_object(), "title", 28'000);
          text(fact.as_object(), "value", 28'000);
        }
    }
  }

  boost::json::object message_;
  Breaches breaches_;
};

}  // namespace tenantscope
