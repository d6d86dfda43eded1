// HTTP requests through libcurl: one transfer thread, kept-alive connections, an awaitable answer.
// https only (http on loopback), no redirects, no cookies, no netrc, no proxies from the
// environment, no decoding.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "base/cleansed.hpp"
#include "base/request_trace.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/http/http_client_settings.hpp"
#include "fetch/answer_head.hpp"

namespace tenantscope {

struct FetchRequest {
  std::string url;
  std::string peer;  // as whose connections() its connection is counted; empty: it isn't
  Duration timeout = std::chrono::seconds(10);
  bool fresh_connection = false;  // a connection of its own, not kept: for confirmations
  TlsClientSettings tls = {};
  std::string proxy_url = {};      // empty: none
  CleansedTexts proxy_login = {};  // its username and password; empty: none
  std::string
      unix_socket;  // the path of a socket to connect to, whatever the URL's host; empty: none
  CleansedTexts headers;               // "Name: value"
  std::optional<std::string> post;     // POST with this body; nothing: GET
  std::size_t body_limit = 256 * kib;  // what is read of the answer's body
  // An answer counts once its headers are there, however its body ends; any but 200 and 400 does
  // anyway.
  bool status_suffices = false;
  bool keep_headers = false;  // in the answer's trace
  bool http2 = true;          // where the server offers it, over TLS, for a GET
};

struct FetchResponse {
  int status = 0;
  std::string body;                      // at most the request's body_limit bytes
  bool truncated = false;                // there was more; the rest wasn't read
  bool encoded = false;                  // by a Content-Encoding other than identity
  std::string retry_after;               // raw header, or empty
  std::string request_id;                // x-ms-request-id, or empty
  std::string etag;                      // raw header, or empty; none where it is over 1 KiB
  std::string last_modified;             // raw header, or empty
  std::string content_type;              // raw header, or empty
  std::string location;                  // likewise
  std::uint32_t connections_opened = 0;  // for this request
  bool by_proxy = false;                 // it is a proxy's, which passed nothing on
  RequestTrace trace;
};

class Fetcher {
 public:
  static constexpr std::size_t header_limit = AnswerHead::limit;

  Fetcher();
  ~Fetcher();  // cuts the transfers under way off; their awaiters are never resumed

  // Any status is a response, a proxy's 429 as well; an error is one of dns, connect, tls, timeout,
  // too_large (headers), encoding, other. Awaitable from any executor; resumes there.
  boost::asio::awaitable<Result<FetchResponse>> fetch(FetchRequest request);

  // How many kept connections are open, by the peer that their requests named and by TLS version:
  // "TLS 1.3", or "none". Any thread.
  std::map<std::pair<std::string, std::string>, std::size_t> connections() const;

  // Resumes once the transfer thread has gone through its loop, whatever transfers are under way;
  // never while that thread stands still. Without traffic. Awaitable from any executor; resumes
  // there.
  boost::asio::awaitable<void> turn();

 private:
  class Transfers;
  std::unique_ptr<Transfers> transfers_;
};

}  // namespace tenantscope
