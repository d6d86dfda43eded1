// SIGTERM, SIGINT and SIGHUP of a process: each waits until somebody takes it, whoever that is by
// then, so that none ends the process or is lost where one obeyer follows another. For `serve`,
// made before any other thread that could get them.
#pragma once

#include <csignal>

#include "base/time.hpp"

namespace tenantscope {

class HeldSignals {
 public:
  HeldSignals();  // from this thread and all that it starts, for good

  // Readable while one waits. The caller closes it. Throws std::system_error.
  int open_descriptor() const;

  // Sleeps that long, unless one comes that asks to stop. True: one has, and is taken.
  bool stopped_within(Duration pause);

  // True: SIGHUP has come, and is taken.
  bool hung_up();

 private:
  sigset_t held_{};
};

}  // namespace tenantscope
