// A POST to a receiver of events, and what its answer means for the delivery.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "base/cleansed.hpp"
#include "base/time.hpp"
#include "fetch/http_client.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

struct Post {
  std::string url;
  std::string content_type;
  CleansedTexts headers;  // others, "Name: value"
  std::string body;
};

// Taken: the receiver answered with a 2xx, however its answer ended. Redirects aren't followed.
boost::asio::awaitable<Delivery> deliver_post(std::shared_ptr<HttpClient> client, Duration timeout,
                                              Post post);

}  // namespace tenantscope
