#include "system/process.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace tenantscope {
namespace {

std::string read(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The fields of /proc/self/stat from the third on: the second is the program's name, which may hold
// anything.
std::vector<std::string> stat_fields() {
  const std::string stat = read("/proc/self/stat");
  std::istringstream rest(stat.substr(stat.rfind(')') + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

double seconds_on(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

// Of the first call, so that a start time stays as it is when the wall clock is set. Not `btime` of
// /proc/stat: a hardened service doesn't see that (ProcSubset=pid).
double boot_time_seconds() {
  static const double boot = seconds_on(CLOCK_REALTIME) - seconds_on(CLOCK_BOOTTIME);
  return boot;
}

double open_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (!folder)
    return 0;
  double count = -3;  // `.`, `..` and this folder's own
  while (::readdir(folder))
    ++count;
  ::closedir(folder);
  return count;
}

}  // namespace

ProcessStats read_process_stats() {
  const auto stat = stat_fields();
  if (stat.size() < 22)
    return {};
  const auto field = [&](std::size_t number) {
    return std::stod(stat[number - 3]);
  };  // numbered as in proc(5)
  const double ticks = double(::sysconf(_SC_CLK_TCK));
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  return {.cpu_seconds = (field(14) + field(15)) / ticks,
          .start_time_seconds = boot_time_seconds() + field(22) / ticks,
          .resident_memory_bytes = field(24) * double(::sysconf(_SC_PAGESIZE)),
          .virtual_memory_bytes = field(23),
          .open_fds = open_descriptors(),
          .max_fds = double(descriptors.rlim_cur)};
}

}  // namespace tenantscope
