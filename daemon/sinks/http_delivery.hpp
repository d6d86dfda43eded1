// A POST to a receiver of events: what lets us in there, and what its answer means for the
// delivery.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "base/cleansed.hpp"
#include "domain/settings.hpp"
#include "fetch/fetcher.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

struct Post {
  std::string url;
  std::string content_type;
  CleansedTexts headers;  // others, "Name: value"
  std::string body;
};

// Taken: the receiver answered with a 2xx, however its answer ended. Redirects aren't followed.
// REQUIRES: the fetcher outlives it.
boost::asio::awaitable<Delivery> deliver_post(Fetcher* fetcher, HttpSettings http, Post post);

}  // namespace tenantscope
