#include "fetch/fetcher.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/detached.hpp>
#include <fstream>
#include <mutex>
#include <vector>

#include "fetch/fetching.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

TEST_F(FetcherTest, TakesAnAnswerAsItIs) {
  RawServer server(
      answering("HTTP/1.1 400 Bad Request\r\nX-Ms-Request-Id:  some id \r\nretry-after: "
                "7\r\nContent-Length: 5\r\n\r\nhello"));
  const FetchResponse answer = response(server.url() + "/a/b?c=d");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_FALSE(answer.truncated);
  EXPECT_FALSE(answer.encoded);
  EXPECT_EQ(answer.request_id, "some id");
  EXPECT_EQ(answer.retry_after, "7");
  EXPECT_EQ(answer.connections_opened, 1u);
}

TEST_F(FetcherTest, AsksPlainly) {
  std::mutex mutex;
  std::string asked;
  RawServer server([&](RawConnection& connection) {
    const auto head = connection.read_head();
    const std::lock_guard lock(mutex);
    asked = head.value_or("");
    connection.send(with_length(0, ""));
  });
  ASSERT_TRUE(fetch({.url = server.url() + "/x"}));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(asked, "GET /x HTTP/1.1\r\nHost: " + server.address() +
                       "\r\nUser-Agent: tenantscope/0.1.0\r\nAccept: */*\r\n\r\n");
}

TEST_F(FetcherTest, ReadsHowTheBodyIsFramed) {
  const std::vector<std::pair<std::string, std::string>> table{
      {with_length(0, ""), ""},
      {with_length(2, "ab"), "ab"},
      {with_length(2, "abcd"), "ab"},
      {chunked("2\r\nab\r\n3;extension=1\r\ncde\r\n0\r\n\r\n"), "abcde"},
      {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
      {"HTTP/1.0 200 OK\r\n\r\nof old", "of old"},
      {"HTTP/1.1 204 No Content\r\n\r\n", ""},
  };
  for (const auto& [bytes, body] : table) {
    RawServer server(answering(bytes));
    const auto answer = fetch({.url = server.url()});
    ASSERT_TRUE(answer) << bytes << answer.error().detail;
    EXPECT_EQ(answer->body, body) << bytes;
  }
}

TEST_F(FetcherTest, SaysWhyThereIsNoAnswer) {
  const std::string header_line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
  std::string many_headers, many_interims;
  for (int i = 0; i < 40; ++i)
    many_headers += header_line;
  while (many_interims.size() < 2 * Fetcher::header_limit)
    many_interims += "HTTP/1.1 102 Processing\r\n\r\n";

  struct Row {
    const char* what;
    std::string bytes;
    Ending ending;
    ErrorKind kind;
  };
  const std::vector<Row> table{
      {"reset before the answer", "", Ending::reset, ErrorKind::connect},
      {"an empty answer", "", Ending::close, ErrorKind::connect},
      {"half a status line", "HTTP/1.", Ending::close, ErrorKind::connect},
      {"half a head", "HTTP/1.1 200 OK\r\nContent-", Ending::reset, ErrorKind::connect},
      {"half a head, and its end", "HTTP/1.1 200 OK\r\nContent-Le", Ending::close,
       ErrorKind::connect},
      {"a head without its empty line", "HTTP/1.1 404 Not Found\r\n", Ending::close,
       ErrorKind::connect},
      {"reset in the body", with_length(100, "abc"), Ending::reset, ErrorKind::connect},
      {"a short body", with_length(100, "abc"), Ending::close, ErrorKind::connect},
      {"a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nabc", Ending::close,
       ErrorKind::connect},
      {"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", Ending::close,
       ErrorKind::connect},
      {"a chunk's size that is none", chunked("many\r\nab\r\n0\r\n\r\n"), Ending::close,
       ErrorKind::connect},
      {"a chunk that is longer than it says", chunked("2\r\nabcd\r\n0\r\n\r\n"), Ending::close,
       ErrorKind::connect},
      {"chunks without an end", chunked("2\r\nab\r\n"), Ending::close, ErrorKind::connect},
      {"a chunk that breaks off", chunked("ff\r\nab"), Ending::reset, ErrorKind::connect},
      {"garbage", std::string("\x16\x03\0\xff\xfe\r\n\r\n", 9), Ending::close, ErrorKind::connect},
      {"HTTP/0.9", "<html>hello</html>", Ending::close, ErrorKind::connect},
      {"an SSH server", "SSH-2.0-OpenSSH_9.2\r\n", Ending::hang, ErrorKind::connect},
      {"no status", "HTTP/1.1 OK\r\n\r\n", Ending::close, ErrorKind::connect},
      {"an unknown version", "HTTP/7.3 200 OK\r\nContent-Length: 0\r\n\r\n", Ending::close,
       ErrorKind::connect},
      {"an interim answer alone", "HTTP/1.1 100 Continue\r\n\r\n", Ending::close,
       ErrorKind::connect},
      {"40 KB of headers", "HTTP/1.1 200 OK\r\n" + many_headers + "Content-Length: 0\r\n\r\n",
       Ending::close, ErrorKind::too_large},
      {"a header of 40 KB",
       "HTTP/1.1 200 OK\r\nX-Filler: " + std::string(40'000, 'x') + "\r\nContent-Length: 0\r\n\r\n",
       Ending::close, ErrorKind::too_large},
      {"a header without an end", "HTTP/1.1 200 OK\r\nX-Filler: " + std::string(400'000, 'x'),
       Ending::hang, ErrorKind::too_large},
      {"interim answers without an end", many_interims, Ending::hang, ErrorKind::too_large},
      {"headers before a body that is too large",
       "HTTP/1.1 200 OK\r\n" + many_headers + "\r\n" + std::string(300'000, 'x'), Ending::close,
       ErrorKind::too_large},
  };
  for (const Row& row : table) {
    RawServer server(answering(row.bytes, row.ending));
    const auto answer = fetch({.url = server.url()});
    ASSERT_FALSE(answer) << row.what << ": " << answer->status << " " << answer->body.size();
    EXPECT_EQ(answer.error().kind, row.kind) << row.what << ": " << answer.error().detail;
    EXPECT_NE(answer.error().detail, "") << row.what;
  }
}

TEST_F(FetcherTest, CountsAStatusThatNeedsNoBodyHoweverThatEnds) {
  for (const Ending ending : {Ending::close, Ending::reset, Ending::hang}) {
    for (const int status : {429, 503, 302}) {
      RawServer server(
          answering("HTTP/1.1 " + std::to_string(status) +
                        " Whatever\r\nRetry-After: 7\r\nContent-Length: 100\r\n\r\nabc",
                    ending));
      const auto answer = fetch({.url = server.url(), .timeout = 300ms});
      ASSERT_TRUE(answer) << status << ": " << answer.error().detail;
      EXPECT_EQ(answer->status, status);
      EXPECT_EQ(answer->retry_after, "7");
    }
  }
}

TEST_F(FetcherTest, IsRefused) {
  std::string url;
  {
    RawServer gone([](RawConnection&) {});
    url = gone.url();
  }
  EXPECT_EQ(failure({.url = url}), ErrorKind::connect);
}

TEST_F(FetcherTest, FindsNoSuchHost) {
  EXPECT_EQ(failure({.url = "http://nobody.invalid/", .timeout = 50s}), ErrorKind::dns);
}

TEST_F(FetcherTest, RefusesOtherProtocols) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "secret") << "secret";
  EXPECT_FALSE(fetch({.url = "file://" + (folder.path() / "secret").string()}));
}

TEST_F(FetcherTest, TakesUpTo256KiBOfABody) {
  const std::string whole(FetchRequest().body_limit, 'x');
  struct Row {
    const char* what;
    std::string bytes;
    Ending ending;
    bool truncated;
  };
  const std::vector<Row> table{
      {"the limit", with_length(whole.size(), whole), Ending::hang, false},
      {"the limit, until the end", "HTTP/1.1 200 OK\r\n\r\n" + whole, Ending::close, false},
      {"the limit in chunks", chunked(chunks(256, 1024) + "0\r\n\r\n"), Ending::hang, false},
      {"a byte more", with_length(whole.size() + 1, whole + "x"), Ending::hang, true},
      {"a byte more, until the end", "HTTP/1.1 200 OK\r\n\r\n" + whole + "x", Ending::close, true},
      {"a byte more in chunks", chunked(chunks(256, 1024) + chunks(1, 1)), Ending::hang, true},
      {"a promise of far more", with_length(std::size_t(1) << 40, whole + whole), Ending::hang,
       true},
  };
  for (const Row& row : table) {
    RawServer server(answering(row.bytes, row.ending));
    const auto answer = fetch({.url = server.url()});
    ASSERT_TRUE(answer) << row.what << ": " << answer.error().detail;
    EXPECT_EQ(answer->body.size(), FetchRequest().body_limit) << row.what;
    EXPECT_EQ(answer->truncated, row.truncated) << row.what;
    EXPECT_EQ(answer->status, 200) << row.what;
  }
}

TEST_F(FetcherTest, DecodesNothing) {
  const std::vector<std::pair<std::string, bool>> codings{{"gzip", true},
                                                          {"br", true},
                                                          {" identity, gzip", true},
                                                          {"identity gzip", true},
                                                          {" identity", false},
                                                          {"IDENTITY", false},
                                                          {"", false},
                                                          {" , ", false},
                                                          {"identity,\tIdentity ,", false}};
  for (const auto& [coding, encoded] : codings) {
    RawServer server(answering("HTTP/1.1 200 OK\r\nContent-ENCODING:" + coding +
                               "\r\nContent-Length: 2\r\n\r\n\x1f\x8b"));
    const auto answer = fetch({.url = server.url()});
    ASSERT_TRUE(answer) << coding;
    EXPECT_EQ(answer->encoded, encoded) << coding;
    EXPECT_EQ(answer->body, "\x1f\x8b") << coding;
  }
}

TEST_F(FetcherTest, KnowsACodingOfSeveralFields) {
  RawServer server(
      answering("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: "
                "identity\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(fetch({.url = server.url()})->encoded);
}

TEST_F(FetcherTest, TimesOut) {
  for (const std::string bytes :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"}) {
    RawServer server(answering(bytes, Ending::hang));
    EXPECT_EQ(failure({.url = server.url(), .timeout = 100ms}), ErrorKind::timeout) << bytes;
  }
}

TEST_F(FetcherTest, TimesOutInTheTlsHandshake) {
  RawServer silent([](RawConnection& connection) { connection.wait_for_end(); });
  EXPECT_EQ(failure({.url = "https://" + silent.address(), .timeout = 100ms}), ErrorKind::timeout);
}

TEST_F(FetcherTest, FollowsNoRedirect) {
  std::atomic<int> requests = 0;
  RawServer other([&](RawConnection&) { ++requests; });
  for (const std::string& location :
       {other.url(), std::string("/elsewhere"), std::string("http://[broken"), std::string()}) {
    RawServer server(answering_forever("302 Found\r\nLocation: " + location, "moved"));
    const FetchResponse answer = response(server.url());
    EXPECT_EQ(answer.status, 302) << location;
    EXPECT_EQ(answer.body, "moved") << location;
    EXPECT_EQ(server.connections(), 1) << location;
  }
  EXPECT_EQ(requests, 0);
}

TEST_F(FetcherTest, HeedsTheFinalAnswersHeadersOnly) {
  const std::string interim =
      "HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\nx-ms-request-id: early\r\nContent-Encoding: "
      "gzip\r\n\r\n";
  RawServer without(answering("HTTP/1.1 100 Continue\r\n\r\n" + interim + with_length(2, "ab")));
  const FetchResponse bare = response(without.url());
  EXPECT_EQ(bare.status, 200);
  EXPECT_EQ(bare.body, "ab");
  EXPECT_EQ(bare.retry_after, "");
  EXPECT_EQ(bare.request_id, "");
  EXPECT_FALSE(bare.encoded);

  RawServer with(answering(interim +
                           "HTTP/1.1 429 Too Many Requests\r\nRetry-After: Mon, 23 Nov 2026 "
                           "10:00:00 GMT\r\nx-ms-request-id: late\r\nContent-Length: 0\r\n\r\n"));
  const FetchResponse throttled = response(with.url());
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(throttled.retry_after, "Mon, 23 Nov 2026 10:00:00 GMT");
  EXPECT_EQ(throttled.request_id, "late");
}

TEST_F(FetcherTest, TellsWhatAnAnswerIsAndWhereItLeads) {
  RawServer server(
      answering("HTTP/1.1 103 Early Hints\r\nContent-Type: text/early\r\nLocation: /early\r\n\r\n"
                "HTTP/1.1 302 Found\r\nCONTENT-TYPE:  text/html; charset=utf-8 \r\nlocation: " +
                std::string(5000, '/') + "\r\nContent-Length: 0\r\n\r\n"));
  const FetchResponse answer = response(server.url());
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(answer.location, std::string(2048, '/'));

  RawServer without(answering("HTTP/1.1 103 Early Hints\r\nContent-Type: a\r\nLocation: b\r\n\r\n" +
                              with_length(2, "ab")));
  const FetchResponse bare = response(without.url());
  EXPECT_EQ(bare.content_type, "");
  EXPECT_EQ(bare.location, "");
}

// What follows a cookie in the next line would be taken for a header of its own.
TEST_F(FetcherTest, KeepsNoHeadersFoldedRest) {
  RawServer server(answering(
      "HTTP/1.1 200 OK\r\nSet-Cookie: a=\r\n x-secret: s3cret\r\nContent-Length: 0\r\n\r\n"));
  const auto answer = fetch({.url = server.url(), .keep_headers = true});
  ASSERT_TRUE(answer) << answer.error().detail;
  for (const std::string& header : answer->trace.headers)
    EXPECT_FALSE(header.starts_with("x-secret")) << header;
}

TEST_F(FetcherTest, KeepsARequestIdOfSaneLength) {
  RawServer server(answering("HTTP/1.1 200 OK\r\nx-ms-request-id: " + std::string(5000, 'i') +
                             "\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(response(server.url()).request_id, std::string(128, 'i'));
}

TEST_F(FetcherTest, SendsNoCookieBack) {
  std::mutex mutex;
  std::string asked;
  RawServer server([&](RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      const std::lock_guard lock(mutex);
      asked += *head;
      connection.send("HTTP/1.1 200 OK\r\nSet-Cookie: a=b; path=/\r\nContent-Length: 0\r\n\r\n");
    }
  });
  response(server.url());
  response(server.url());
  const std::lock_guard lock(mutex);
  EXPECT_EQ(asked.find("ookie"), std::string::npos) << asked;
}

TEST_F(FetcherTest, KeepsItsConnection) {
  RawServer server(answering_forever("200 OK", "ab"));
  std::uint32_t opened = 0;
  for (int i = 0; i < 20; ++i)
    opened += response(server.url()).connections_opened;
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(opened, 1u);
}

TEST_F(FetcherTest, OpensAConnectionOfItsOwnWhereItIsAskedTo) {
  RawServer server(answering_forever("200 OK", "ab"));
  response(server.url());
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(fetch({.url = server.url(), .fresh_connection = true}).value().connections_opened,
              1u);
  EXPECT_EQ(server.connections(), 4);
  EXPECT_EQ(response(server.url()).connections_opened, 0u);
  EXPECT_EQ(server.connections(), 4);
}

TEST_F(FetcherTest, ReplacesAKeptConnectionThatTheServerEnded) {
  RawServer server([](RawConnection& connection) {
    connection.answer("200 OK", "ab");
    if (connection.read_head())
      connection.reset();  // the second request comes too late
  });
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(response(server.url()).body, "ab");
}

TEST_F(FetcherTest, LetsNoRequestWaitForAnother) {
  std::atomic<int> asked = 0;
  RawServer server([&](RawConnection& connection) {
    if (connection.read_head())
      ++asked;
    connection.wait_for_end();
  });
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(loop_, fetcher_->fetch({.url = server.url(), .timeout = 1h}),
                          boost::asio::detached);
  EXPECT_TRUE(run_until(loop_, [&] { return asked == 20; }));
}

TEST_F(FetcherTest, TellsThatItsThreadTurns) {
  RawServer server([](RawConnection& connection) { connection.wait_for_end(); });
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(loop_, fetcher_->fetch({.url = server.url(), .timeout = 1h}),
                          boost::asio::detached);
  int turned = 0;
  for (int i = 0; i < 20; ++i) {
    boost::asio::co_spawn(loop_, fetcher_->turn(), [&](std::exception_ptr) { ++turned; });
    boost::asio::co_spawn(loop_, fetcher_->turn(), [&](std::exception_ptr) { ++turned; });
    ASSERT_TRUE(run_until(loop_, [&] { return turned == 2 * (i + 1); }));
  }
}

TEST_F(FetcherTest, AsksManyAtOnce) {
  RawServer server(answering_forever("200 OK", "ab"));
  int answered = 0;
  for (int i = 0; i < 50; ++i)
    boost::asio::co_spawn(loop_, fetcher_->fetch({.url = server.url()}),
                          [&](std::exception_ptr, Result<FetchResponse> answer) {
                            answered += answer && answer->body == "ab";
                          });
  EXPECT_TRUE(run_until(loop_, [&] { return answered == 50; }));
}

TEST_F(FetcherTest, EndsWhileTransfersHang) {
  std::atomic<int> asked = 0;
  RawServer server([&](RawConnection& connection) {
    if (connection.read_head())
      ++asked;
    connection.wait_for_end();
  });
  int resumed = 0;
  const auto start = [&](const std::string& url) {
    boost::asio::co_spawn(loop_, fetcher_->fetch({.url = url, .timeout = 1h}),
                          [&](std::exception_ptr, Result<FetchResponse>) { ++resumed; });
  };
  for (int i = 0; i < 20; ++i)
    start(server.url());
  ASSERT_TRUE(run_until(loop_, [&] { return asked == 20; }));
  start(server.url());  // just queued
  loop_.poll();
  fetcher_.reset();
  loop_.poll();
  EXPECT_EQ(resumed, 0);
}

}  // namespace
}  // namespace tenantscope
