// What an answer says of its body's version.
#include <gtest/gtest.h>

#include <string>

#include "fetch/fetching.hpp"

namespace tenantscope {
namespace {

TEST_F(FetcherTest, TellsTheVersionOfABody) {
  RawServer server(answering(
      "HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\n\r\n"
      "HTTP/1.1 200 OK\r\netag:  W/\"a b\" \r\nLAST-MODIFIED: Sun, 29 Nov 2026 10:00:00 GMT\r\n"
      "Content-Length: 0\r\n\r\n"));
  const FetchResponse answer = response(server.url());
  EXPECT_EQ(answer.etag, "W/\"a b\"");
  EXPECT_EQ(answer.last_modified, "Sun, 29 Nov 2026 10:00:00 GMT");

  RawServer early(answering("HTTP/1.1 103 Early Hints\r\nETag: \"a\"\r\nLast-Modified: b\r\n\r\n" +
                            with_length(0, "")));
  const FetchResponse bare = response(early.url());
  EXPECT_EQ(bare.etag, "");
  EXPECT_EQ(bare.last_modified, "");
}

TEST_F(FetcherTest, TellsNoPartOfALongVersion) {
  const auto told = [&](std::size_t size) {
    RawServer server(answering("HTTP/1.1 200 OK\r\nETag: \"" + std::string(size - 2, 'x') +
                               "\"\r\nContent-Length: 0\r\n\r\n"));
    return response(server.url()).etag.size();
  };
  EXPECT_EQ(told(1024), 1024u);
  EXPECT_EQ(told(1025), 0u);
}

TEST_F(FetcherTest, TakesAnAnswerWithoutABodyThatSaysNothingHasChanged) {
  RawServer server(answering("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", Ending::hang));
  const auto answer = fetch({.url = server.url(), .headers = {"If-None-Match: \"a\""}});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 304);
  EXPECT_EQ(answer->body, "");
}

}  // namespace
}  // namespace tenantscope
