// A POST to a receiver of events, and what its answer means for the delivery.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/cleansed.hpp"
#include "base/time.hpp"
#include "fetch/http_client.hpp"
#include "sinks/letter.hpp"
#include "sinks/sink.hpp"
#include "sinks/target.hpp"

namespace tenantscope {

struct Post {
  Address to;
  Letter letter;
  CleansedTexts headers = {};  // others, "Name: value"
  // Why an answer with a 2xx and this beginning of a body hasn't taken it; empty: it has. Nothing:
  // each has.
  std::function<std::string(std::string_view body)> missing = {};
};

// Taken: the receiver answered with a 2xx, however its answer ended. Redirects aren't followed.
boost::asio::awaitable<Delivery> deliver_post(std::shared_ptr<HttpClient> client, Duration timeout,
                                              Post post);

}  // namespace tenantscope
