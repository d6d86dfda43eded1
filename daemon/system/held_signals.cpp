#include "system/held_signals.hpp"

#include <ctime>

namespace tenantscope {

HeldSignals::HeldSignals() {
  ::sigemptyset(&held_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    ::sigaddset(&held_, signal);
  hold();
}

void HeldSignals::hold() { ::pthread_sigmask(SIG_BLOCK, &held_, nullptr); }

bool HeldSignals::stopped_within(Duration pause) {
  sigset_t stops = held_;
  ::sigdelset(&stops, SIGHUP);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(pause);
  const timespec time{.tv_sec = seconds.count(),
                      .tv_nsec = std::chrono::nanoseconds(pause - seconds).count()};
  return ::sigtimedwait(&stops, nullptr, &time) > 0;
}

bool HeldSignals::hung_up() {
  sigset_t reloads;
  ::sigemptyset(&reloads);
  ::sigaddset(&reloads, SIGHUP);
  const timespec at_once{};
  return ::sigtimedwait(&reloads, nullptr, &at_once) > 0;
}

void HeldSignals::release() { ::pthread_sigmask(SIG_UNBLOCK, &held_, nullptr); }

}  // namespace tenantscope
