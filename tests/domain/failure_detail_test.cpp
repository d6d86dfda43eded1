// What an authority says of a failure, as its detail has it.
#include "domain/failure_detail.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "domain/documents.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

std::string detail(const Answer& answer) {
  const auto finding = read_answer(answer, builtin_clouds());
  EXPECT_FALSE(finding);
  return finding ? "" : bounded(finding.error()).detail;
}

const std::string denied = "<!DOCTYPE html>\n<HTML><head><TITLE>\n Access\tDenied\n</TITLE></head>";

TEST(FailureDetail, SaysTheErrorAndItsFirstCode) {
  const std::string beginning = "the authority answered with status ";
  struct Case {
    int status;
    std::string body;
    std::string said;
  };
  const Case cases[] = {
      {400, documents::error_body("invalid_request", 90013),
       "400, but not with `invalid_tenant`: invalid_request AADSTS90013"},
      {403, R"({"error_codes":[53003,1],"error":"access_denied"})",
       "403: access_denied AADSTS53003"},
      {503, R"({"error":"temporarily_unavailable"})", "503: temporarily_unavailable"},
      {429, R"({"error":"","error_codes":[90055]})", "429: AADSTS90055"},
      {500, R"({"error":"e","error_codes":[]})", "500: e"},
      {500, R"({"error":"e","error_codes":["x"]})", "500: e"},
      {500, R"({"error":"e","error_codes":{}})", "500: e"},
      {500, R"({"error":{"code":"e"}})", "500"},
      {500, R"({"error":null,"error_codes":[1]})", "500"},
      {500, R"([{"error":"e"}])", "500"},
      {500, R"({"error":"e")", "500"},
      {500, "", "500"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(detail({.status = c.status, .body = c.body}), beginning + c.said);
}

TEST(FailureDetail, SaysWhatPageStandsInADocumentsPlace) {
  struct Case {
    int status;
    std::string type;
    std::string body;
    std::string said;
  };
  const std::string answered = "the authority answered with status ";
  const Case cases[] = {
      {200, "text/html; charset=utf-8", denied, "not JSON, but text/html: Access Denied"},
      {200, "Text/HTML", "<title/><title lang=\"en\">Log in</title>",
       "not JSON, but text/html: Log in"},
      {200, "text/html", "<titles>no</titles>", "not JSON, but text/html"},
      {200, "text/html", "<title>", "not JSON, but text/html"},
      {200, "text/html", "<title", "not JSON, but text/html"},
      {200, "text/html", "<title>never ends", "not JSON, but text/html: never ends"},
      {200, "", denied, "not JSON, but Access Denied"},
      {200, "application/json", denied, "not JSON, but application/json: Access Denied"},
      {403, "text/html", denied, answered + "403: text/html: Access Denied"},
      {400, "text/html", denied,
       answered + "400, but not with `invalid_tenant`: text/html: Access Denied"},
      {503, "text/plain", "later", answered + "503: text/plain"},
      {503, "text/html", "", answered + "503"},
      {503, "application/problem+json; charset=utf-8", "{}", answered + "503"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(detail({.status = c.status, .content_type = c.type, .body = c.body}), c.said)
        << c.body;
  for (const char* body : {"", "{\"issuer\":"})
    EXPECT_TRUE(detail({.status = 200, .content_type = "application/json", .body = body})
                    .starts_with("not JSON: "));
  EXPECT_EQ(detail({.status = 502, .encoded = true, .content_type = "text/html", .body = denied}),
            answered + "502: text/html")
      << "coded bytes aren't read";
}

TEST(FailureDetail, SaysWhereARedirectLeads) {
  EXPECT_EQ(detail({.status = 302,
                    .location = "https://user:secret@portal.example/login?token=secret",
                    .body = denied}),
            "the authority answered with status 302: to https://portal.example/login");
  EXPECT_EQ(detail({.status = 307, .content_type = "text/html", .location = "", .body = denied}),
            "the authority answered with status 307: text/html: Access Denied");
  EXPECT_EQ(detail({.status = 503, .location = "https://portal.example", .body = ""}),
            "the authority answered with status 503");
}

TEST(FailureDetail, IsOneLineThatCanBeShown) {
  std::vector<std::string> texts = every_character();
  texts.push_back(hostile_text());
  texts.push_back(std::string(100'000, 'x'));
  for (const std::string& text : texts) {
    const std::string page = "<title>" + text + "</title>", url = "https://a.example/" + text;
    for (const Answer& answer : {Answer{.status = 200, .content_type = text, .body = page},
                                 Answer{.status = 403, .content_type = text, .body = page},
                                 Answer{.status = 302, .location = text, .body = page},
                                 Answer{.status = 302, .location = url, .body = ""}}) {
      const std::string line = detail(answer);
      ASSERT_EQ(raw_in(line, ""), "") << line;
      ASSERT_LE(line.size(), failure_detail_limit);
    }
  }
  const std::string body =
      R"({"error":"a\u001b[31m\u202e)" + std::string(100'000, 'x') + R"(","error_codes":[90013]})";
  const std::string line = detail({.status = 403, .body = body});
  EXPECT_TRUE(line.starts_with("the authority answered with status 403: a\\u001b[31m\\u202exxx"))
      << line;
  EXPECT_TRUE(line.ends_with("xxx... AADSTS90013")) << line;
}

}  // namespace
}  // namespace tenantscope
