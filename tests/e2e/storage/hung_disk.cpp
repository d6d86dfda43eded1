// A disk that doesn't answer: preloaded into a daemon, it makes fsync() and fdatasync() of the file
// that HUNG_FILE names wait for ever.
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

bool is_hung(int file) {
  const char* const hung = std::getenv("HUNG_FILE");
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return hung && size > 0 && std::string_view(path.data(), std::size_t(size)) == hung;
}

int synced(int file, long call) {
  while (is_hung(file))
    ::pause();
  return int(::syscall(call, file));
}

}  // namespace

extern "C" int fsync(int file) { return synced(file, SYS_fsync); }
extern "C" int fdatasync(int file) { return synced(file, SYS_fdatasync); }
