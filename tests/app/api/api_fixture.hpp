// An API over a table, a journal and operations of the test's own, asked without a server.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/api/api.hpp"
#include "app/fast_time.hpp"
#include "base/clock.hpp"
#include "storage/ledger_samples.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"
#include "support/event_loop.hpp"
#include "support/temporary_folder.hpp"
#include "support/watch_settings.hpp"

namespace tenantscope {

namespace json = boost::json;
using Query = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

inline std::string header(const WebResponse& response, const std::string& name) {
  std::string found;
  for (const auto& [key, value] : response.headers)
    if (key == name)
      found += value;
  return found;
}

class ApiTest : public ::testing::Test {
 protected:
  ApiTest() {
    api_.use_bell(bell_);
    api_.name_journal(ledger_->id());
  }

  WebResponse send(const std::string& method, const std::string& path, Query query = {},
                   Query headers = {}) {
    WebResponse response = begin(method, path, std::move(query), std::move(headers));
    if (response.pieces)
      response.body = rest_of(*response.pieces);
    return response;
  }
  // As send(), but what comes in pieces isn't taken yet.
  WebResponse begin(const std::string& method, const std::string& path, Query query = {},
                    Query headers = {}) {
    WebRequest request{
        .method = method, .path = path, .query = std::move(query), .headers = std::move(headers)};
    return run(loop_, api_.answer(std::move(request)));
  }
  static std::string rest_of(WebBody& pieces) {
    std::string body;
    for (WebPiece piece = pieces.next(); !piece.text.empty(); piece = pieces.next())
      body += piece.text;
    return body;
  }
  WebResponse get(const std::string& path, Query query = {}) {
    return send("GET", path, std::move(query));
  }

  // Of an answer that must be JSON and a success.
  json::object data(const std::string& path, Query query = {}) {
    const WebResponse response = get(path, std::move(query));
    EXPECT_EQ(response.status, 200u) << response.body;
    EXPECT_EQ(response.content_type, "application/json");
    const json::object body = json::parse(response.body).as_object();
    EXPECT_EQ(body.at("status"), "success");
    return body.at("data").as_object();
  }
  // Of an answer that must be JSON and an error.
  std::string error(unsigned status, const std::string& path, Query query = {}) {
    const WebResponse response = get(path, std::move(query));
    EXPECT_EQ(response.status, status) << path << response.body;
    const json::object body = json::parse(response.body).as_object();
    EXPECT_EQ(body.at("status"), "error");
    EXPECT_FALSE(body.contains("data"));
    return std::string(body.at("error").as_string());
  }

  void watch(const std::string& name, const std::string& asked, std::optional<Finding> known = {}) {
    Watch made{.settings = shared({.key = {.asked = asked, .name = name}})};
    if (known)
      made.state = {.generation = 1, .found = true, .known = known, .last_success = wall_now()};
    table_.add(std::move(made));
  }
  void watch_some() {
    watch("agency.example", "global", document("USGov"));
    watch("contoso.example", "global", document("USG"));
    watch("agency.example", "usgov", document("USG"));
    watch("new.example", "global");
    watch("left.example", "global", document("USG"));
    table_.watches.back().watched = false;
  }
  Names tenants(Query query = {}) {
    Names names;
    const json::object shown = data("/api/v1/tenants", std::move(query));
    for (const auto& tenant : shown.at("tenants").as_array())
      names.push_back(std::string(tenant.at("tenant").as_string()) + "@" +
                      std::string(tenant.at("asked").as_string()));
    return names;
  }

  void commit(int events) {
    std::vector<Step> steps;
    for (int i = 0; i < events; ++i, ++next_)
      steps.push_back(step_to(tenant(next_), {}, document("USG"), minute(next_)));
    ledger_->commit(steps, "tenantscope");
    table_.last_event = *ledger_->last();
  }
  // Who was asked before has read the journal when this returns, and waits or has answered.
  void await_waiting() { get("/api/v1/events", {{"limit", "0"}}); }
  // "FIRST-LAST of COUNT, next NEXT"
  std::string events(Query query = {}) {
    const json::object shown = data("/api/v1/events", std::move(query));
    const json::array& list = shown.at("events").as_array();
    const std::string next = json::serialize(shown.at("next"));
    if (list.empty())
      return "none, next " + next;
    const auto sequence = [](const json::value& event) {
      return std::stoi(std::string(event.at("sequence").as_string()));
    };
    return fmt::format("{}-{} of {}, next {}", sequence(list.front()), sequence(list.back()),
                       list.size(), next);
  }

  TemporaryFolder folder_;
  std::unique_ptr<Ledger> ledger_ = open_sqlite_ledger(folder_.path());
  int next_ = 1;
  Table table_;
  Instruments instruments_;
  boost::asio::io_context loop_;
  JournalBell bell_{loop_.get_executor()};
  std::shared_ptr<FastTime> time_ = std::make_shared<FastTime>();
  Liveness liveness_{loop_.get_executor(), time_};
  Log log_{LogLevel::error, LogFormat::logfmt};
  AuditLog audit_{log_};
  Api api_{table_, instruments_, liveness_, open_sqlite_journal(folder_.path()), {}, audit_, {}};
};

}  // namespace tenantscope
