// The heads that come for one request, line by line: those of a proxy that is asked to pass a
// connection on (CONNECT), and then the server's, interim ones included. On the transfer thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace tenantscope {

// What a head said that somebody wants to know.
struct HeadFields {
  bool encoded = false;  // by a Content-Encoding other than identity
  std::string retry_after, request_id, content_type, location;  // raw, or empty
  std::string etag, last_modified;
  std::string proxy_logins;        // the schemes of Proxy-Authenticate, separated by commas
  std::vector<std::string> lines;  // where they are wanted
};

// A proxy's word on a connection.
struct ProxyHead {
  int status = 0;  // 0: it hasn't said any
  std::string retry_after;
  std::string logins;  // as above
};

class AnswerHead {
 public:
  static constexpr std::size_t limit = 32 * kib;  // of the proxy's, and of the server's

  // Forgets everything.
  void begin(bool keep_lines);
  // The connection is there: what comes from now on is the server's.
  void begin_server();

  // False: the transfer has to end. That is so where there is too much, and at the end of a head
  // by which the proxy refuses the connection.
  bool take(std::string_view line);

  bool begun() const { return bytes_ > 0; }
  bool complete() const { return complete_; }  // the server's final head was read
  bool too_large() const { return too_large_; }
  bool refused_by_proxy() const { return refused_; }
  const ProxyHead& proxy() const { return proxy_; }
  HeadFields& fields() { return fields_; }
  const HeadFields& fields() const { return fields_; }

 private:
  bool take_proxy(std::string_view line);
  void take_server(std::string_view line);
  void take_field(std::string_view name, std::string_view value);

  bool keep_lines_ = false;
  bool server_ = false;  // whose head it is: the proxy's otherwise
  std::size_t bytes_ = 0;
  bool too_large_ = false;
  bool interim_ = false;  // the head that is being read is a 1xx
  bool complete_ = false;
  bool refused_ = false;
  ProxyHead proxy_;
  HeadFields fields_;
};

}  // namespace tenantscope
