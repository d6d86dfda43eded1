// One daemon per storage: an exclusive lock on <storage>/lock, held as long as this lives and freed
// by the kernel if the process dies. For `serve`, before it opens the ledger.
#pragma once

#include <filesystem>
#include <functional>

#include "base/time.hpp"

namespace tenantscope {

class StorageLock {
 public:
  // Creates the folder where it is missing. Waits for a holder that is about to stop; throws
  // FatalError(78), naming the path and the holder, when it hasn't let go within `wait`. `pause`
  // sleeps between tries; where it returns true, GivenUp is thrown.
  using Pause = std::function<bool(Duration)>;
  struct GivenUp {};
  explicit StorageLock(const std::filesystem::path& storage,
                       Duration wait = std::chrono::seconds(10), const Pause& pause = sleep);
  ~StorageLock();
  StorageLock(const StorageLock&) = delete;
  StorageLock& operator=(const StorageLock&) = delete;

 private:
  explicit StorageLock(int file) : file_(file) {}
  static bool sleep(Duration pause);

  int file_;
};

}  // namespace tenantscope
