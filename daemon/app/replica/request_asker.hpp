// How a standby has the active replica do what is the active one's alone: by a row for it, and
// another look for its answer every now and then. On the web server's thread, but for the database,
// which has a thread of its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "app/store/store_worker.hpp"
#include "base/time.hpp"
#include "storage/request_box.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace tenantscope {

class RequestAsker {
 public:
  struct Pace {
    Duration patience = std::chrono::seconds(10);  // with the active replica
    Duration look = std::chrono::milliseconds(100);
    std::size_t most = 16;  // under way
  };

  // `replica`: this one's name.
  RequestAsker(std::unique_ptr<RequestBox> box, std::string replica)
      : RequestAsker(std::move(box), std::move(replica), Pace()) {}
  RequestAsker(std::unique_ptr<RequestBox> box, std::string replica, Pace pace);

  // The active replica's answer. `active`: whom to name. Throws RefusedRequest where there is none,
  // which says whether it may have been done all the same.
  boost::asio::awaitable<WebResponse> ask(WebRequest asked, std::string active);

  // REQUIRES: nobody asks any more. As JournalReader::stop().
  void stop() { worker_.stop(); }

 private:
  boost::asio::awaitable<std::optional<std::string>> await_answer(Guid id);
  boost::asio::awaitable<bool> withdraw(Guid id);
  void forget(const Guid& id);

  const std::shared_ptr<RequestBox> box_;
  const std::string replica_;
  const Pace pace_;
  const std::shared_ptr<std::size_t> under_way_ = std::make_shared<std::size_t>(0);
  StoreWorker worker_;
};

}  // namespace tenantscope
