// A POST to a receiver of events: what lets us in there, and what its answer means for the
// delivery.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/cleansed.hpp"
#include "domain/settings.hpp"
#include "fetch/fetcher.hpp"
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
// REQUIRES: the fetcher outlives it.
boost::asio::awaitable<Delivery> deliver_post(Fetcher* fetcher, HttpSettings http, Post post);

}  // namespace tenantscope
