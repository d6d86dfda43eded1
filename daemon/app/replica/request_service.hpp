// What the active replica does for standbys: it looks for their requests, claims one after the
// other, carries it out, and writes the answer. On the daemon's loop, but for the database, which
// has a thread of its own.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>

#include "app/store/store_worker.hpp"
#include "base/log.hpp"
#include "base/time.hpp"
#include "storage/request_box.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace tenantscope {

class RequestService {
 public:
  using CarryOut = std::function<boost::asio::awaitable<WebResponse>(WebRequest)>;
  struct Pace {
    Duration look = std::chrono::milliseconds(500);
    Duration sweep = std::chrono::seconds(30);  // of what is left over
  };

  RequestService(boost::asio::any_io_executor loop, std::unique_ptr<RequestBox> box,
                 CarryOut carry_out, const Log& log)
      : RequestService(std::move(loop), std::move(box), std::move(carry_out), log, Pace()) {}
  RequestService(boost::asio::any_io_executor loop, std::unique_ptr<RequestBox> box,
                 CarryOut carry_out, const Log& log, Pace pace);

  boost::asio::awaitable<void> run();  // until stop()
  void stop() { stopping_ = true; }    // nothing is begun any more

 private:
  boost::asio::awaitable<void> serve(Request request);
  boost::asio::awaitable<WebResponse> carried_out(const Request& request);
  boost::asio::awaitable<void> answer(Guid id, std::string answer);
  boost::asio::awaitable<void> sweep();
  boost::asio::awaitable<void> pause(Duration time);

  const boost::asio::any_io_executor loop_;
  const std::shared_ptr<RequestBox> box_;
  const CarryOut carry_out_;
  const Log& log_;
  const Pace pace_;
  bool stopping_ = false;
  SteadyTime next_sweep_;
  StoreWorker worker_;
};

}  // namespace tenantscope
