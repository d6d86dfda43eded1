// What tests of the fetcher share: answers to play, and a fetcher to ask with.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fetch/fetcher.hpp"
#include "support/event_loop.hpp"
#include "support/printing.hpp"
#include "support/raw_server.hpp"

namespace tenantscope {

enum class Ending { close, reset, cut, hang };

// One request, `bytes` as its answer, and how the connection goes on after them.
inline RawServer::Script answering(std::string bytes, Ending ending = Ending::close) {
  return [bytes = std::move(bytes), ending](RawConnection& connection) {
    if (!connection.read_head())
      return;
    connection.send(bytes);
    if (ending == Ending::reset)
      connection.reset();
    if (ending == Ending::cut)
      connection.cut();
    if (ending == Ending::hang)
      connection.wait_for_end();
  };
}

inline RawServer::Script answering_forever(std::string status_and_headers, std::string body = "") {
  return [=](RawConnection& connection) {
    while (connection.answer(status_and_headers, body))
      continue;
  };
}

inline std::string with_length(std::size_t length, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n" + body;
}

inline std::string chunked(const std::string& rest) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rest;
}

inline std::string chunks(std::size_t count, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += fmt::format("{:x}\r\n{}\r\n", size, std::string(size, 'x'));
  return text;
}

class FetcherTest : public ::testing::Test {
 protected:
  Result<FetchResponse> fetch(FetchRequest request) {
    return run(loop_, fetcher_->fetch(std::move(request)));
  }
  FetchResponse response(const std::string& url) { return fetch({.url = url}).value(); }
  std::optional<ErrorKind> failure(FetchRequest request) {
    const auto answer = fetch(std::move(request));
    return answer ? std::nullopt : std::optional(answer.error().kind);
  }

  boost::asio::io_context loop_;
  std::unique_ptr<Fetcher> fetcher_ = std::make_unique<Fetcher>();
};

}  // namespace tenantscope
