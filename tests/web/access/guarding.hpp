// A guard with two users, whose passwords are checked without bcrypt, and a clock of the test's
// own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <future>
#include <mutex>
#include <vector>

#include "base/text/base64.hpp"
#include "support/captured_log.hpp"
#include "support/event_loop.hpp"
#include "web/access/web_guard.hpp"

namespace tenantscope {
namespace asio = boost::asio;
using namespace std::chrono_literals;

// Instead of a hash: the checks of these tests look no further than whether they are the same.
inline const std::string alices = "$2b$10$alice:wonderland";
inline const std::string bobs = "$2b$10$bob:builder";

inline std::string login(const std::string& user, const std::string& password) {
  return "Basic " + encode_base64(user + ":" + password);
}

inline const std::string alice = login("alice", "wonderland");

inline asio::awaitable<WebResponse> served(WebRequest request) {
  co_return WebResponse{.body = request.path + (request.logged_in() ? " to " + request.user : ""),
                        .headers = {{"x-frame-options", "sameorigin"}, {"X-Own", "1"}}};
}

class WebGuardTest : public testing::Test {
 protected:
  WebGuardTest() { config->basic_auth_users = {{"alice", alices}, {"bob", bobs}}; }

  WebResponse ask(const std::string& authorization = "", const std::string& peer = "192.0.2.1",
                  bool control = false) {
    WebRequest request{.method = "GET", .path = "/metrics", .peer = peer, .control = control};
    if (!authorization.empty())
      request.headers = {{"authorization", authorization}};
    return ask(std::move(request));
  }
  WebResponse ask(WebRequest request) { return run(loop, guard.answer(std::move(request))); }
  unsigned status(const std::string& authorization = "", const std::string& peer = "192.0.2.1") {
    return ask(authorization, peer).status;
  }

  static std::string header(const WebResponse& response, const std::string& name) {
    std::string values;
    for (const auto& [own, value] : response.headers)
      if (own == name)
        values += value;
    return values;
  }

  bool check(const std::string& hash, const std::string& password) {
    ++checks;
    if (blocked.valid())
      blocked.wait();
    const std::lock_guard lock(mutex);
    checked.push_back(hash);
    return hash.ends_with(":" + password);
  }

  void change(const std::function<void(WebConfig&)>& how) {
    auto changed = std::make_shared<WebConfig>(*config);
    how(*changed);
    config = changed;
  }

  asio::io_context loop;
  SteadyTime now = SteadyTime{} + 1h;
  std::shared_ptr<WebConfig> config = std::make_shared<WebConfig>();
  std::atomic<int> checks = 0;
  std::shared_future<void> blocked;
  std::mutex mutex;
  std::vector<std::string> checked;
  Log log{LogLevel::error, LogFormat::logfmt};
  std::map<LoginResult, int> logins;
  AuditLog audit{log, [this](LoginResult result) { ++logins[result]; }};
  WebGuard guard{served,
                 [this] { return config; },
                 audit,
                 {.hosts = HostNames({"tenantscope.example"})},
                 [this](const std::string& hash, const std::string& password) {
                   return check(hash, password);
                 },
                 [this] { return now; }};
};

}  // namespace tenantscope
