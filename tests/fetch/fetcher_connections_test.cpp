// What is told of the connections that requests open.
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "base/clock.hpp"
#include "fetch/fetcher.hpp"
#include "fetch/fetching.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

using Counts = std::map<std::pair<std::string, std::string>, std::size_t>;

class FetcherConnections : public FetcherTest {
 protected:
  // Answers `times` requests of each connection.
  static RawServer::Script answering_times(int times) {
    return [times](RawConnection& connection) {
      for (int i = 0; i < times && connection.answer("200 OK", "ab"); ++i)
        continue;
    };
  }
  FetchResponse ask(const RawServer& server, const std::string& peer, bool fresh = false) {
    return fetch({.url = server.url(),
                  .peer = peer,
                  .fresh_connection = fresh,
                  .tls = {.ca_file = certificate_.file}})
        .value();
  }
  bool comes_to(const Counts& counts) {
    return run_until(loop_, [&] { return fetcher_->connections() == counts; });
  }

  TemporaryFolder folder_;
  const Certificate certificate_ = make_certificate(folder_.path(), "IP:127.0.0.1", 30);
};

TEST_F(FetcherConnections, AreCountedByPeerAndVersionOfTls) {
  RawServer tls(answering_forever("200 OK", "ab"), certificate_);
  RawServer plain(answering_forever("200 OK", "ab"));
  ask(tls, "usgov");
  ask(plain, "global");
  EXPECT_TRUE(comes_to({{{"global", "none"}, 1}, {{"usgov", "TLS 1.3"}, 1}}));
}

TEST_F(FetcherConnections, AreCountedOnceHoweverOftenTheyAreUsed) {
  RawServer server(answering_forever("200 OK", "ab"), certificate_);
  for (int i = 0; i < 3; ++i)
    ask(server, "global");
  EXPECT_TRUE(comes_to({{{"global", "TLS 1.3"}, 1}}));
  ask(server, "global", true);  // of its own, and closed
  EXPECT_TRUE(comes_to({{{"global", "TLS 1.3"}, 1}}));
}

TEST_F(FetcherConnections, AreCountedNoMoreOnceTheyAreClosed) {
  RawServer server(answering_times(1), certificate_);
  ask(server, "global");
  EXPECT_EQ(ask(server, "global").connections_opened, 1u) << "the first one has ended";
  EXPECT_EQ(fetcher_->connections().size(), 1u);
  EXPECT_LE(fetcher_->connections().begin()->second, 1u);
}

TEST_F(FetcherConnections, OfNobodyAreNotCounted) {
  RawServer server(answering_forever("200 OK", "ab"), certificate_);
  ask(server, "");
  EXPECT_EQ(fetcher_->connections(), Counts());
}

TEST_F(FetcherConnections, TellWhenTheCertificateEnds) {
  RawServer server(answering_forever("200 OK", "ab"), certificate_);
  const auto opened = ask(server, "global").trace.certificate_expiry;
  ASSERT_TRUE(opened);
  const auto left = *opened - wall_now();
  EXPECT_GT(left, 29 * 24h);
  EXPECT_LE(left, 30 * 24h);
  EXPECT_FALSE(ask(server, "global").trace.certificate_expiry) << "of a kept one it is known";
  RawServer plain(answering_forever("200 OK", "ab"));
  EXPECT_FALSE(ask(plain, "global").trace.certificate_expiry);
}

}  // namespace
}  // namespace tenantscope
