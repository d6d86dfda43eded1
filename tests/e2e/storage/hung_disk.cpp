// A disk that doesn't answer: preloaded into a daemon, it makes fsync() and fdatasync() of the
// files whose paths begin with HUNG_FILE wait for ever; or for as long as the file HUNG_WHILE is
// there.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr useconds_t look_again = 10'000;

bool hangs_now() {
  const char* const mark = std::getenv("HUNG_WHILE");
  return !mark || ::access(mark, F_OK) == 0;
}

bool is_hung(int file) {
  const char* const hung = std::getenv("HUNG_FILE");
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return hung && size > 0 && std::string_view(path.data(), std::size_t(size)).starts_with(hung) &&
         hangs_now();
}

int synced(int file, long call) {
  while (is_hung(file))
    ::usleep(look_again);
  return int(::syscall(call, file));
}

}  // namespace

extern "C" int fsync(int file) { return synced(file, SYS_fsync); }
extern "C" int fdatasync(int file) { return synced(file, SYS_fdatasync); }
