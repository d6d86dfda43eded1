// The HTTP/1.1 server (Boost.Beast) on its own thread: it parses, limits and times out; what is
// answered is the handler's business. GET, HEAD and POST; keep-alive; anything ambiguous is refused
// and the connection closed. A POST's body is read and dropped. A client that goes away ends the
// handler that is suspended for it; one that only waits for another thread ends when that has
// answered.
#pragma once

#include <openssl/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "web/address.hpp"
#include "web/limits.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace tenantscope {

// Runs on the server's thread; may suspend (a long poll), may throw (answered with 500 and logged).
// It waits for other threads through await_callback() only. At stop() a wait on this thread is
// cancelled, if it isn't over soon; one for another thread, if it isn't over within half a second,
// never resumes, and its connection ends with the process.
using WebHandler = std::function<boost::asio::awaitable<WebResponse>(WebRequest)>;

// What a new connection shall be encrypted with; nullptr: nothing. Asked on the server's thread;
// doesn't throw.
using TlsSource = std::function<std::shared_ptr<SSL_CTX>()>;

// Called on the server's thread; may be empty.
struct WebCounts {
  std::function<void(RefusalReason)> refused;     // a client
  std::function<void(unsigned status)> answered;  // a request, be it malformed
};

class WebServer {
 public:
  // Without a source, and on sockets that are `control`: plain HTTP. REQUIRES: SIGPIPE is ignored
  // where it is TLS.
  WebServer(std::vector<ListeningSocket> sockets, WebHandler handler, const Log& log,
            WebLimits limits = {}, TlsSource tls = {}, WebCounts counts = {});
  ~WebServer();  // stops

  // In the order given, without those for `control`.
  std::vector<std::string> addresses() const;
  boost::asio::any_io_executor executor() const;

  void start();
  // One more, from now on. REQUIRES: started. Any thread.
  void listen_at(ListeningSocket socket);
  // Within a second: what is being answered gets 300 ms; then closes the connections, ends
  // suspended handlers, joins the thread.
  void stop();

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace tenantscope
