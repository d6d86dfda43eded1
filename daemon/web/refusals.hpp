// Counts the clients that the web server refuses, and tells the log when it begins to refuse them
// for a reason and when that is over: a line each, however many they are. On the web thread.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "base/log.hpp"
#include "base/time.hpp"
#include "web/response.hpp"

namespace tenantscope {

class Refusals {
 public:
  using Count = std::function<void(RefusalReason)>;

  // It is over once nobody was refused for `quiet`. `count`: called for each refusal; may be empty.
  // REQUIRES: `log` outlives it.
  Refusals(const boost::asio::any_io_executor& executor, const Log& log,
           std::chrono::milliseconds quiet, Count count);

  // `peer`: the client's address.
  void add(RefusalReason reason, const std::string& peer);

 private:
  struct Spell {
    std::uint64_t refused = 0;  // since it began; 0: there is none
    SteadyTime ends;            // unless one more is refused
  };

  void await_end();

  boost::asio::steady_timer timer_;
  const Log& log_;
  std::chrono::milliseconds quiet_;
  Count count_;
  std::array<Spell, refusal_reasons.size()> spells_;
  bool awaiting_ = false;
};

}  // namespace tenantscope
