// Looks at files again and again, and has them read once they have changed and are at rest. On the
// loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/reload/file_looks.hpp"
#include "base/log.hpp"
#include "base/time.hpp"

namespace tenantscope {

inline constexpr Duration look_at_files = std::chrono::seconds(5);

// What comes of a reading. But where it is taken, the last good one stays.
enum class ListOutcome : std::uint8_t {
  taken,        // and kept, where it is a list that was fetched
  refused,      // as it is: it isn't read again until something changes
  unconfirmed,  // it takes many tenants away: the next look has to say so, too
  unsettled,    // files are being written: to be tried again
};

class FollowedFiles {
 public:
  struct Listener {
    std::function<std::vector<FileStamp>()> look;  // as they are now
    // They are at rest, as `files` says. What is taken comes back by follow().
    std::function<boost::asio::awaitable<ListOutcome>(std::vector<FileStamp> files)> changed;
    std::string restless;  // what is logged where they change at each look for a minute
    Duration every = look_at_files;
  };

  FollowedFiles(boost::asio::any_io_executor loop, const Log& log, Listener listener);

  // As they were when they were read. The first time begins to look.
  void follow(std::vector<FileStamp> files);

 private:
  boost::asio::awaitable<void> keep_looking();

  boost::asio::any_io_executor loop_;
  const Log& log_;
  Listener listener_;
  boost::asio::steady_timer look_timer_;
  bool looking_ = false;
  FileLooks looks_;
};

}  // namespace tenantscope
