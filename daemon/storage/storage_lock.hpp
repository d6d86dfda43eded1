// One daemon per storage: an exclusive lock on <storage>/lock, held as long as this lives and freed
// by the kernel if the process dies. For `serve`, before it opens the ledger. On one thread at a
// time.
#pragma once

#include <filesystem>
#include <functional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace tenantscope {

class StorageLock {
 public:
  // Creates the folder where it is missing. Waits for a holder that is about to stop; throws
  // FatalError(78), naming the path and the holder, when it hasn't let go within `wait`, and
  // FatalError(exit_code_of) for what the system refuses. `pause` sleeps between tries; where it
  // returns true, GivenUp is thrown.
  using Pause = std::function<bool(Duration)>;
  struct GivenUp {};
  explicit StorageLock(const std::filesystem::path& storage,
                       Duration wait = std::chrono::seconds(10), const Pause& pause = sleep);
  ~StorageLock();
  StorageLock(const StorageLock&) = delete;
  StorageLock& operator=(const StorageLock&) = delete;

  // Takes the lock anew where its file was moved or removed: else the next daemon would come in by
  // a file of its own. Error: io, another one has.
  Result<void> hold();

 private:
  StorageLock(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  static bool sleep(Duration pause);

  std::filesystem::path path_;
  int file_;
};

}  // namespace tenantscope
