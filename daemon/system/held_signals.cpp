#include "system/held_signals.hpp"

#include <sys/signalfd.h>

#include <cerrno>
#include <ctime>
#include <system_error>

namespace tenantscope {

HeldSignals::HeldSignals() {
  ::sigemptyset(&held_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    ::sigaddset(&held_, signal);
  ::pthread_sigmask(SIG_BLOCK, &held_, nullptr);
}

int HeldSignals::open_descriptor() const {
  const int descriptor = ::signalfd(-1, &held_, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0)
    throw std::system_error(errno, std::generic_category(), "signalfd");
  return descriptor;
}

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

}  // namespace tenantscope
