// The pages of pairs: /pairs and /explain.
#include "app/api/api_fixture.hpp"
#include "base/text/html.hpp"

namespace tenantscope {
namespace {

class ApiPairPages : public ApiTest {
 protected:
  std::string page(const std::string& path, Query query = {}, unsigned status = 200) {
    const WebResponse response = get(path, std::move(query));
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8") << response.body;
    return response.body;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  static CollaborationMember member(const std::string& name) {
    return {.key = {.asked = "global", .name = name}, .shown = name};
  }
};

TEST_F(ApiPairPages, SayWhatTheApiSays) {
  watch_some();
  table_.collaborations = {{.name = "joint",
                            .hosts = {member("contoso.example")},
                            .guests = {IdentityProvider::google, member("agency.example")}}};
  const json::array pairs = data("/api/v1/collaborations").at("collaborations").as_array();
  ASSERT_EQ(pairs.size(), 2u);
  const std::string all = page("/pairs");
  for (const json::value& pair : pairs) {
    const std::string host(pair.at("host").as_string()), guest(pair.at("guest").as_string());
    EXPECT_TRUE(has(all, fmt::format("<bdi>{}</bdi> invites <bdi>{}</bdi>: ", host, guest)))
        << guest;
    const std::string one =
        page("/explain", {{"host", host + "@global"},
                          {"guest", guest == "agency.example" ? guest + "@global" : guest}});
    EXPECT_TRUE(has(one, html(std::string(pair.at("explanation").as_string())))) << pair;
    for (const json::value& advice : pair.at("advice").as_array())
      EXPECT_TRUE(has(one, html(std::string(advice.as_string())))) << advice;
  }
  EXPECT_TRUE(has(
      all, "href=\"./explain?host=contoso.example%40global&amp;guest=agency.example%40global\""));
  EXPECT_TRUE(
      has(all, "href=\"./explain?host=contoso.example%40global&amp;guest=identity%3Agoogle\""));
}

TEST_F(ApiPairPages, AreBounded) {
  CollaborationSettings large{.name = "large"};
  for (int i = 0; i < 80; ++i) {
    large.hosts.push_back(member(fmt::format("h{}.example", i)));
    large.guests.push_back(member(fmt::format("g{}.example", i)));
  }
  table_.collaborations = {large, large, large};
  const std::string text = page("/pairs");
  EXPECT_TRUE(has(text, "id=\"collaboration-2\""));
  EXPECT_FALSE(has(text, "id=\"collaboration-3\""));
  EXPECT_TRUE(has(text, "30 hosts and 30 guests more"));
  EXPECT_TRUE(has(text, "href=\"./pairs?offset=2\""));
  EXPECT_TRUE(has(page("/pairs", {{"offset", "2"}}), "id=\"collaboration-3\""));
  EXPECT_EQ(get("/pairs", {{"offset", "x"}}).status, 400u);
}

TEST_F(ApiPairPages, AskForBothNames) {
  EXPECT_TRUE(has(page("/explain"), "<h1>Can A invite B?</h1>"));
  EXPECT_TRUE(has(page("/explain", {{"host", "a.example"}, {"guest", ""}}),
                  R"(<input id="host" name="host" type="text" required value="a.example">)"));
  EXPECT_TRUE(has(page("/explain", {{"host", "a.example"}, {"guest", "identity:moon"}}, 400),
                  "identity:email_otp"));
}

TEST_F(ApiPairPages, AskNobodyUnlessTheyAreToldTo) {
  watch_some();
  const std::string text =
      page("/explain", {{"host", "contoso.example"}, {"guest", "stranger.example"}}, 403);
  EXPECT_TRUE(has(text, "is not a configured tenant"));
  EXPECT_FALSE(has(text, "Ask now")) << "who asks isn't on this machine";
  EXPECT_TRUE(
      has(page("/explain",
               {{"host", "contoso.example"}, {"guest", "identity:google"}, {"cross_cloud", ""}}),
          "not_supported"));
}

}  // namespace
}  // namespace tenantscope
