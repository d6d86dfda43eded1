#include "system/process.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <ctime>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

// The numbers of /proc/PID/stat, numbered as in proc(5): the second field is the program's name,
// which may hold anything.
class StatFields {
 public:
  explicit StatFields(const fs::path& file) {
    std::ifstream in(file);
    const std::string stat{std::istreambuf_iterator<char>(in), {}};
    std::istringstream rest(stat.substr(stat.rfind(')') + 1));
    fields_.assign(std::istream_iterator<std::string>(rest), {});
  }

  std::optional<double> number(std::size_t number, double unit) const {
    double value = 0;
    if (fields_.size() <= number - 3)
      return std::nullopt;
    const std::string& text = fields_[number - 3];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value * unit) : std::nullopt;
  }

 private:
  std::vector<std::string> fields_;
};

std::optional<double> sum(std::optional<double> a, std::optional<double> b) {
  return a && b ? std::optional(*a + *b) : std::nullopt;
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

std::optional<double> open_descriptors(const fs::path& descriptors) {
  DIR* folder = ::opendir(descriptors.c_str());
  if (!folder)
    return std::nullopt;
  double count = -3;  // `.`, `..` and this folder's own
  while (::readdir(folder))
    ++count;
  ::closedir(folder);
  return count;
}

std::optional<double> most_descriptors() {
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0)
    return std::nullopt;
  return double(descriptors.rlim_cur);
}

}  // namespace

ProcessStats read_process_stats(const fs::path& proc) {
  const StatFields stat(proc / "self" / "stat");
  const double tick = 1.0 / double(::sysconf(_SC_CLK_TCK));
  return {.cpu_seconds = sum(stat.number(14, tick), stat.number(15, tick)),
          .start_time_seconds = sum(boot_time_seconds(), stat.number(22, tick)),
          .resident_memory_bytes = stat.number(24, double(::sysconf(_SC_PAGESIZE))),
          .virtual_memory_bytes = stat.number(23, 1),
          .open_fds = open_descriptors(proc / "self" / "fd"),
          .max_fds = most_descriptors()};
}

}  // namespace tenantscope
