// SIGTERM, SIGINT and SIGHUP that come before anybody obeys them: they wait, instead of ending the
// process. For the start of `serve`, on its first thread.
#pragma once

#include <csignal>

#include "base/time.hpp"

namespace tenantscope {

class HeldSignals {
 public:
  HeldSignals();  // holds them back from this thread and from all that it starts, until release()

  // Sleeps that long, unless one comes that asks to stop. True: one has.
  bool stopped_within(Duration pause);

  // SIGHUP has come since it was asked last.
  bool hung_up();

  void hold();     // them again
  void release();  // to whoever obeys them now; this thread gets them

 private:
  sigset_t held_{};
};

}  // namespace tenantscope
