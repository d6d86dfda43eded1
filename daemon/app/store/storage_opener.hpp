// Opens the storage on a thread of its own, as that may hang, and tries again while it may come to
// be opened: a disk that is full or fails, a server that is away. Used by one thread, the first.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/store/open_storage.hpp"
#include "base/log.hpp"
#include "base/time.hpp"

namespace tenantscope {

class StorageOpener {
 public:
  // As open_storage(); on the opener's thread.
  using Open = std::function<OpenStorage(const OpeningObserver&)>;
  struct Pace {
    Duration patience = std::chrono::seconds(4);  // with a try that neither ends nor goes on
    Duration again = std::chrono::seconds(1);     // between tries
  };

  StorageOpener(Open open, const Log& log) : StorageOpener(std::move(open), log, Pace()) {}
  StorageOpener(Open open, const Log& log, Pace pace);
  ~StorageOpener();  // waits for a try under way: see StopDeadline
  StorageOpener(const StorageOpener&) = delete;
  StorageOpener& operator=(const StorageOpener&) = delete;

  // Waits for as long at most. Throws what ended the tries: FatalError(exit_unusable) where it
  // can't be opened however often. REQUIRES: it wasn't given before.
  std::optional<OpenStorage> opened_within(Duration wait);

  // Why it can't be opened for now: a try has failed, or has taken longer than patience. Empty: a
  // try goes on, or has succeeded.
  std::string obstacle() const;

  void stop();  // no try begins any more

 private:
  void work();
  void try_once();
  bool pause(Duration time);
  void note_progress();
  void fail(const std::string& why);

  const Open open_;
  const Log& log_;
  const Pace pace_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<OpenStorage> opened_;  // guarded by mutex_, as are all below
  std::exception_ptr refused_;
  std::string failure_;  // of the last try; empty: none has failed
  SteadyTime progress_;
  bool done_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tenantscope
