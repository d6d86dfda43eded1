// Hosts of several addresses, some of which don't answer, by a real name server: in a network of
// our own.
#include <gtest/gtest.h>

#include <list>

#include "fetch/fetcher.hpp"
#include "fetch/fetching.hpp"
#include "support/name_server.hpp"
#include "support/own_network.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

// Addresses that getaddrinfo() leaves in their order, which it sorts by what they share with
// 127.0.0.1.
constexpr const char *silent = "127.0.0.4", *answering_one = "127.0.0.5", *silent_too = "127.0.0.6",
                     *refusing = "127.0.0.7", *silent_ipv6 = "::1";

class FetcherAddresses : public FetcherTest {
 protected:
  static void SetUpTestSuite() {  // before there are threads
    const TemporaryFolder folder;
    entered_ = enter_network(folder.path());
  }
  void SetUp() override {
    if (!entered_)
      GTEST_SKIP() << "name spaces of networks aren't permitted";
    server_.emplace(answering_forever("200 OK", "ab"), std::nullopt, "", answering_one);
    for (const char* address : {silent, silent_too, silent_ipv6})
      silent_.emplace_back(address, server_->port());
  }

  std::string url(const std::string& host) const {
    return "http://" + host + ":" + std::to_string(server_->port());
  }

  static inline bool entered_ = false;
  std::optional<RawServer> server_;
  std::list<SilentAddress> silent_;
};

TEST_F(FetcherAddresses, AreAskedInTurnUntilOneAnswers) {
  const NameServer names(
      NameServer::Names{{"second.example", {silent, answering_one}},
                        {"third.example", {silent, silent_too, answering_one}},
                        {"after-refusals.example", {refusing, silent, refusing, answering_one}},
                        {"families.example", {silent_ipv6, silent, answering_one}}});
  int ended = 0;
  const auto ask = [&](const std::string& host, std::optional<std::string> post) {
    boost::asio::co_spawn(
        loop_,
        fetcher_->fetch(
            {.url = url(host), .timeout = 4s, .fresh_connection = true, .post = std::move(post)}),
        [&, host](std::exception_ptr, Result<FetchResponse> answer) {
          EXPECT_TRUE(answer) << host << ": " << answer.error().detail;
          ++ended;
        });
  };
  for (const std::string host :
       {"second.example", "third.example", "after-refusals.example", "families.example"}) {
    ask(host, std::nullopt);
    ask(host, "{}");
  }
  ASSERT_TRUE(run_until(loop_, [&] { return ended == 8; }));
  EXPECT_EQ(server_->connections(), 8);
}

TEST_F(FetcherAddresses, ThatAreAllSilentAreATimeout) {
  const NameServer names(NameServer::Names{{"silent.example", {silent, silent_too}}});
  EXPECT_EQ(failure({.url = url("silent.example"), .timeout = 1s}), ErrorKind::timeout);
}

TEST_F(FetcherAddresses, ThatAreNoneAreADnsFailure) {
  const NameServer names(NameServer::Names{{"a.example", {answering_one}}});
  EXPECT_TRUE(fetch({.url = url("a.example")}));
  EXPECT_EQ(failure({.url = url("none.example")}), ErrorKind::dns);
}

}  // namespace
}  // namespace tenantscope
