// A wall clock that is wrong: preloaded into a daemon, it is CLOCK_AHEAD seconds ahead.
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const int result = int(::syscall(SYS_clock_gettime, clock, time));
  const char* const ahead = std::getenv("CLOCK_AHEAD");
  if (result == 0 && clock == CLOCK_REALTIME && ahead)
    time->tv_sec += std::strtol(ahead, nullptr, 10);
  return result;
}
