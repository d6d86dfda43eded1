// How a standby's request and the active replica's answer are written for each other.
#include "app/replica/request_form.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

WebRequest drill(Query query) {
  WebRequest request;
  request.method = "POST";
  request.path = "/api/v1/drill";
  request.query = std::move(query);
  request.peer = "192.0.2.1";
  return request;
}

TEST(RequestForm, SaysWhatIsAskedAndBy) {
  const Request written = request_for_active(drill({{"tenant", "a.example"}, {"to", "USG"}}), "x");
  EXPECT_EQ(written.kind, "drill");
  EXPECT_EQ(written.arguments, R"({"tenant":"a.example","to":"USG"})");
  EXPECT_EQ(written.asked_by, "x, for 192.0.2.1");
  EXPECT_NE(written.id, request_for_active(drill({}), "x").id);
  WebRequest user = drill({});
  user.user = "alice";
  EXPECT_EQ(request_for_active(user, "x").asked_by, "x, for alice");
  WebRequest certified = drill({});
  certified.certificate = "ops.example";
  EXPECT_EQ(request_for_active(certified, "x").asked_by, "x, for ops.example");
}

TEST(RequestForm, IsReadAsItWasAsked) {
  const Query query{{"sink", "a \"sink\"\\ \u202e"}, {"since", "2026-11-23T10:00:00Z"}};
  WebRequest asked = drill(query);
  asked.path = "/api/v1/redeliver";
  const auto read = asked_of_active(request_for_active(asked, "x"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->method, "POST");
  EXPECT_EQ(read->path, "/api/v1/redeliver");
  EXPECT_EQ(read->query, query);
}

// As WebRequest::parameter() has it.
TEST(RequestForm, TakesTheFirstOfAName) {
  const auto read = asked_of_active(request_for_active(drill({{"to", "A"}, {"to", "B"}}), "x"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->parameter("to"), "A");
}

TEST(RequestForm, IsNothingElse) {
  Request request = request_for_active(drill({}), "x");
  for (const char* arguments : {"", "{", "[]", R"({"to":1})"}) {
    request.arguments = arguments;
    EXPECT_FALSE(asked_of_active(request)) << arguments;
  }
  request.arguments = "{}";
  EXPECT_TRUE(asked_of_active(request));
  request.kind = "reload";
  EXPECT_FALSE(asked_of_active(request));
}

TEST(RequestForm, GivesAnAnswerBack) {
  const auto read = read_answer(written_answer(
      {.status = 404, .content_type = "application/json", .body = "{\"a\":\"ä\"}\n"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->status, 404u);
  EXPECT_EQ(read->content_type, "application/json");
  EXPECT_EQ(read->body, "{\"a\":\"ä\"}\n");
  for (const char* written :
       {"", "1", "{}", R"({"status":99,"content_type":"a","body":"b"})",
        R"({"status":"200","content_type":"a","body":"b"})", R"({"status":200,"body":"b"})",
        R"({"status":200,"content_type":"a","body":1})"})
    EXPECT_FALSE(read_answer(written)) << written;
}

}  // namespace
}  // namespace tenantscope
