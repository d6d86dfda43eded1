// A request's head, parsed and judged before anything else looks at it: what two readers could
// understand differently is refused. Pure.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace tenantscope {

class Seat;

// Names in lower case, values as they came. Logins are overwritten when they go away.
class WebHeaders : public std::vector<std::pair<std::string, std::string>> {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  WebHeaders() = default;
  WebHeaders(Fields fields) : Fields(std::move(fields)) {}
  WebHeaders(std::initializer_list<value_type> fields) : Fields(fields) {}
  WebHeaders(const WebHeaders&) = default;
  WebHeaders(WebHeaders&&) = default;
  WebHeaders& operator=(WebHeaders other) noexcept {
    swap(other);
    return *this;
  }
  ~WebHeaders() { forget_logins(); }

  // Leaves their values empty.
  void forget_logins();
};

// What is decoded is UTF-8 without control characters. The path isn't normalised.
struct WebRequest {
  std::string method;  // "GET", "HEAD" or "POST"
  std::string path;    // percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>>
      query;             // percent-decoded, `+` is a space, in order
  WebHeaders headers;    // `host` of the target, if that says
  std::string peer;      // the client's address, "192.0.2.1" or "2001:db8::1"; "" of a unix: socket
  bool local = false;    // from this machine: over loopback or a unix: socket
  bool control = false;  // over a socket that only the storage's owner reaches: no login wanted
  bool by_loopback = false;         // over a listener on a loopback address
  std::optional<unsigned> user_id;  // of the process at the other end of a unix: socket
  std::string user;                 // a configured one, whose password came along; "" for none
  std::string certificate;  // a name in the client's certificate, which is trusted; "" for none
  // The connection's, for a handler that takes long; nullptr: there is none, nor a limit.
  std::shared_ptr<Seat> seat;

  std::optional<std::string_view> parameter(std::string_view name) const;  // the first of this name
  std::string_view header(
      std::string_view lower_case_name) const;  // the first of this name; "" where it is missing
  // Whose failures and refusals count together: the address, or the user at a unix: socket.
  std::string sender() const { return user_id ? "uid " + std::to_string(*user_id) : peer; }
  bool logged_in() const { return !user.empty() || !certificate.empty(); }
};

// The answer to a request that no handler shall see; the connection ends with it.
struct BadRequest {
  unsigned status = 400;
  std::string why;
};

struct RequestHead {
  WebRequest request;
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool http_1_0 = false;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length > 0; }
};

inline constexpr std::size_t target_limit = 8 * kib;

// Where the head at the front of `bytes` ends: after its empty line, or after the first octet that
// makes it malformed (a line feed alone, a control character), so that nobody waits for more.
// nullopt: not yet. What lies before `from` was searched already.
std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t from = 0);

// The head that never ended: its target is too long, or its fields are.
BadRequest too_long(std::string_view unfinished_head);

// `head` as find_head_end delimits it.
boost::system::result<RequestHead, BadRequest> parse_head(std::string_view head,
                                                          std::uint64_t body_limit);

}  // namespace tenantscope
