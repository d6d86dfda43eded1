// What is asked over HTTP and done on the loop: the daemon gives these to the API.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/probe.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "domain/settings.hpp"
#include "domain/tenant.hpp"
#include "sinks/letter.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace tenantscope {

// Which events shall go to a sink once more: one of an id, or all that it wants since a time.
struct Redelivery {
  std::string sink;
  std::string id;
  WallTime since;  // where there is no id
};

// What a drill would send to a sink.
struct DrillRendering {
  TenantKey tenant;
  std::string to;
  std::string sink;
};

// A probe outside the schedule.
struct ProbeOrder {
  TenantKey key;
  std::optional<Guid> tenant_id;  // a pin
  std::optional<Duration>
      timeout;  // all in all, waiting for the limiter included; nothing: the configuration's
  bool keep_headers = false;
};

// Each may be awaited on any executor. Errors: io where the storage fails, other where what was
// asked for isn't there.
struct Operations {
  std::function<boost::asio::awaitable<std::string>()> reload;  // empty: done; else the findings
  std::function<boost::asio::awaitable<Result<std::uint64_t>>(TenantKey tenant, std::string to)>
      drill;  // the drill's sequence
  std::function<boost::asio::awaitable<Result<Letter>>(DrillRendering)>
      render;  // a drill, of which nothing is sent
  std::function<boost::asio::awaitable<Result<std::uint64_t>>(Redelivery)>
      redeliver;  // how many events
  std::function<boost::asio::awaitable<Result<ProbeResult>>(ProbeOrder)>
      probe;  // error: no such cloud
  std::function<boost::asio::awaitable<std::shared_ptr<const Settings>>()>
      settings;  // those in force
  // A standby's, in place of drill, render and redeliver: the active replica's answer to what is
  // asked. Throws RefusedRequest where there is none.
  std::function<boost::asio::awaitable<WebResponse>(WebRequest)> forward;
};

}  // namespace tenantscope
