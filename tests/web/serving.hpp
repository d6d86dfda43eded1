// A server under test and what is asked of it.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <future>
#include <memory>
#include <string>

#include "support/captured_log.hpp"
#include "support/temporary_folder.hpp"
#include "web/server.hpp"
#include "web/tls_client.hpp"

namespace tenantscope {

namespace asio = boost::asio;

inline const Log quiet(LogLevel::error, LogFormat::logfmt);
inline const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

inline std::string get_path(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

inline asio::awaitable<WebResponse> echo(WebRequest request) {
  co_return WebResponse{.body = request.method + " " + request.path};
}

class Running : public WebServer {
 public:
  explicit Running(WebHandler handler, WebLimits limits = {}, TlsSource tls = {})
      : WebServer(listen_on_all({"127.0.0.1:0"}), std::move(handler), quiet, limits,
                  std::move(tls)) {
    start();
  }
  std::string address() const { return addresses().front(); }
};

// A handler that waits for an hour, for one request, and tells when it begins and ends.
class LongPoll {
 public:
  WebHandler handler() {
    return [this](WebRequest) { return wait(); };
  }
  void await_begin() { await(begun_); }
  void await_end() { await(ended_); }
  bool has_ended() const {
    return ended_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

 private:
  static void await(std::future<void>& moment) {
    ASSERT_EQ(moment.wait_for(std::chrono::seconds(20)), std::future_status::ready)
        << "never happened";
  }
  asio::awaitable<WebResponse> wait() {
    const std::shared_ptr<void> guard(this, [this](void*) { end_.set_value(); });
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
    begin_.set_value();
    co_await timer.async_wait(asio::use_awaitable);
    co_return WebResponse{};
  }

  std::promise<void> begin_;
  std::promise<void> end_;
  std::future<void> begun_ = begin_.get_future();
  std::future<void> ended_ = end_.get_future();
};

enum class Over { plain, tls };

// One and the same over plain connections and over TLS: INSTANTIATE_TEST_SUITE_P(, X, over_both,
// name_of_over).
class Serving : public testing::TestWithParam<Over> {
 protected:
  void serve(WebHandler handler, WebLimits limits = {}) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    TlsSource tls;
    if (GetParam() == Over::tls)
      tls = [context = context_of(certificate_)] { return context; };
    server_ = std::make_unique<Running>(std::move(handler), limits, std::move(tls));
  }
  std::unique_ptr<RawClient> connect() const {
    if (GetParam() == Over::tls)
      return std::make_unique<TlsClient>(server_->address(), certificate_.file);
    return std::make_unique<RawClient>(server_->address());
  }

  TemporaryFolder folder_;
  Certificate certificate_ = make_certificate(folder_.path(), "IP:127.0.0.1");
  LongPoll poll_;
  std::unique_ptr<Running> server_;
};

inline const auto over_both = testing::Values(Over::plain, Over::tls);
inline std::string name_of_over(const testing::TestParamInfo<Over>& info) {
  return info.param == Over::tls ? "OverTls" : "Plain";
}

}  // namespace tenantscope
