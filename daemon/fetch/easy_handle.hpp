// One easy handle of libcurl and the request that it is at. It outlives its request and keeps what
// the next one most likely wants as well: setting an option costs more than sending a request
// needs. On the transfer thread.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "fetch/answer_head.hpp"
#include "fetch/fetcher.hpp"
#include "fetch/lasting_options.hpp"
#include "fetch/open_connections.hpp"
#include "fetch/read_budget.hpp"
#include "fetch/tls_files.hpp"

namespace tenantscope {

class EasyHandle {
 public:
  // It sets `connected` whenever a connection is ready that it opened and that others may wait for.
  // Its connections read within `budget`, and are among `connections`. REQUIRES: all of these
  // outlive it.
  EasyHandle(CURLSH* sessions, bool& connected, ReadBudget& budget, OpenConnections& connections);
  ~EasyHandle();
  EasyHandle(const EasyHandle&) = delete;
  EasyHandle& operator=(const EasyHandle&) = delete;

  // Makes it ready to be added to a multi handle. REQUIRES: `files` are those of the request's TLS
  // settings.
  void begin(FetchRequest request, std::shared_ptr<const TlsFiles> files);
  // Counts a connection that it has opened and that is kept. REQUIRES: it is done, and still in the
  // multi handle.
  void count_connection();
  // A server may end a kept TLS connection at any time, and libcurl doesn't always ask again for
  // what was unanswered, least of all with HTTP/2, where an end may also cut an answer short: true
  // where this is such a request, made ready to be added once more, with HTTP/1.1 over a new one.
  // REQUIRES: it was taken from the multi handle.
  bool begin_again(CURLcode code);
  // What came of it. REQUIRES: it was taken from the multi handle.
  Result<FetchResponse> end(CURLcode code);

  CURL* curl() const { return easy_; }

 private:
  struct FreeList {
    void operator()(curl_slist* list) const;
  };
  void forget_answer();
  void set_version(bool http2);
  void set_callbacks();
  void set_peculiar();
  Error failure(CURLcode code) const;
  int status() const;
  bool spoke_http2() const;
  bool suffices() const;
  bool before_proxy() const;
  bool within_tls() const;
  void see_connection();
  RequestTrace trace(bool kept_connection);
  static CURLcode on_tls_context(CURL* easy, void* tls_context, void* self);
  static int on_connection(void* self, char*, char*, int, int);
  static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* self);
  static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* self);

  CURL* easy_;
  bool& connected_;
  ReadBudget& budget_;
  OpenConnections& connections_;
  std::optional<LastingOptions> lasting_;
  FetchRequest request_;
  FetchResponse response_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<curl_slist, FreeList> connect_to_;
  AnswerHead head_;
  std::string tls_version_;  // of the connection that it has opened; empty: none
  bool http2_ = false;       // it may be; no longer at the second try
  std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace tenantscope
