#include "base/text_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/clock.hpp"

namespace tenantscope {
namespace {

constexpr Duration look_every = std::chrono::milliseconds(50);

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~OpenFile() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Error failed() { return {ErrorKind::io, std::generic_category().message(errno)}; }

Error too_large(std::size_t most) {
  return {ErrorKind::io, most < mib
                             ? fmt::format("it is over {} KiB, the most that is read", most / kib)
                             : fmt::format("it is over {} MiB, the most that is read", most / mib)};
}

std::string_view refused_kind(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
    case S_IFIFO:
      return "";
    case S_IFDIR:
      return "it is a folder";
    case S_IFSOCK:
      return "it is a socket; it has to be a file, or a pipe with an end";
  }
  return "it is a device; it has to be a file, or a pipe with an end";
}

// What limits the reading of an open file.
struct Bounds {
  std::size_t bytes;
  std::optional<SteadyTime> deadline;  // nothing: the end may take its time
  Duration patience;
  bool pipe;  // without a byte yet, its end may mean that nobody has opened it to write
  const Cancelled& cancelled;
};

// True: there may be more to read, or an end.
Result<bool> wait_for_more(int descriptor) {
  pollfd readable{.fd = descriptor, .events = POLLIN, .revents = 0};
  const int ready = ::poll(&readable, 1, int(look_every.count()));
  if (ready < 0 && errno != EINTR)
    return failed();
  return !(ready > 0 && (readable.revents & POLLHUP) && !(readable.revents & POLLIN));
}

std::optional<Error> exhausted(const Bounds& bounds, bool anything_read) {
  if (is_cancelled(bounds.cancelled))
    return Error{ErrorKind::io, "reading was cancelled"};
  if (!bounds.deadline || steady_now() < *bounds.deadline)
    return std::nullopt;
  return Error{ErrorKind::io, fmt::format("it is a pipe that {} within {}",
                                          anything_read ? "didn't end" : "nobody wrote to",
                                          to_string(bounds.patience))};
}

Result<std::string> read_to_end(int descriptor, const Bounds& bounds, std::size_t expected) {
  std::string text;
  text.reserve(expected);
  std::array<char, 64 * kib> block;
  for (;;) {
    const ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got < 0 && errno != EAGAIN && errno != EINTR)
      return failed();
    if (got > 0) {
      if (text.size() + std::size_t(got) > bounds.bytes)
        return too_large(bounds.bytes);
      text.append(block.data(), std::size_t(got));
    } else {
      const bool ended = got == 0 && !(bounds.pipe && text.empty());
      const Result<bool> more = ended ? Result<bool>(false) : wait_for_more(descriptor);
      if (!more)
        return more.error();
      if (!*more)
        return text;
    }
    if (bounds.pipe || got <= 0)
      if (auto error = exhausted(bounds, !text.empty()))
        return *std::move(error);
  }
}

}  // namespace

Result<std::string> read_text_file(const std::filesystem::path& path, const FileLimits& limits) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return failed();
  if (const auto refused = refused_kind(status.st_mode); !refused.empty())
    return Error{ErrorKind::io, std::string(refused)};
  const bool pipe = S_ISFIFO(status.st_mode);
  const std::size_t size = pipe ? 0 : std::size_t(status.st_size);
  if (size > limits.bytes)
    return too_large(limits.bytes);
  const OpenFile file(path);
  if (file.descriptor() < 0)
    return failed();
  const Bounds bounds{.bytes = pipe ? std::min(limits.bytes, largest_pipe) : limits.bytes,
                      .deadline = steady_now() + limits.patience,
                      .patience = limits.patience,
                      .pipe = pipe,
                      .cancelled = limits.cancelled};
  return read_to_end(file.descriptor(), bounds, size);
}

Result<std::string> read_standard_input() {
  const Cancelled never;
  return read_to_end(
      STDIN_FILENO,
      {.bytes = largest_pipe, .deadline = {}, .patience = {}, .pipe = false, .cancelled = never},
      0);
}

}  // namespace tenantscope
