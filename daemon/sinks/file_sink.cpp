#include "sinks/file_sink.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "base/callback.hpp"

namespace tenantscope {
namespace {

Error failed(const std::filesystem::path& path, const char* what) {
  return {ErrorKind::io,
          fmt::format("{}: can't {}: {}", path.string(), what, std::strerror(errno))};
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return false;
    text.remove_prefix(std::size_t(written));
  }
  return true;
}

// A crash in the middle of a line leaves a piece of it, which will be brought again whole.
bool ends_in_a_piece(int file, off_t size) {
  char last = '\n';
  return size > 0 && ::pread(file, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

FileSink::FileSink(std::filesystem::path path) : path_(std::move(path)) {}

FileSink::~FileSink() {
  disk_.join();
  close();
}

void FileSink::reopen() { reopen_ = true; }

boost::asio::awaitable<Delivery> FileSink::deliver(std::vector<JournalEntry> batch) {
  std::function<void(Callback<Delivery>)> start =
      [this, batch = std::move(batch)](Callback<Delivery> done) {
        boost::asio::post(disk_, [this, batch, done] {
          const Result<void> appended = append(batch);
          done(appended ? Delivery()
                        : Refusal{.error = appended.error(), .advice = Refusal::Advice::soon});
        });
      };
  return await_callback<Delivery>(std::move(start));
}

Result<void> FileSink::append(const std::vector<JournalEntry>& batch) {
  if (reopen_.exchange(false))
    close();
  if (file_ < 0)
    if (const auto opened = open(); !opened)
      return opened;

  struct stat before {};
  if (::fstat(file_, &before) != 0)
    return failed(path_, "examine it");
  std::string lines = ends_in_a_piece(file_, before.st_size) ? "\n" : "";
  for (const JournalEntry& entry : batch)
    lines.append(entry.event).append("\n");
  if (write_all(file_, lines) && ::fsync(file_) == 0)
    return {};

  const Error error = failed(path_, "append to it");
  if (::ftruncate(file_, before.st_size) != 0)
    close();
  return error;
}

Result<void> FileSink::open() {
  file_ = ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (file_ < 0)
    return failed(path_, "open it for appending");
  const int folder = ::open(path_.parent_path().empty() ? "." : path_.parent_path().c_str(),
                            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {  // so that a new file's name survives a crash as well
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

void FileSink::close() {
  if (file_ >= 0)
    ::close(file_);
  file_ = -1;
}

}  // namespace tenantscope
