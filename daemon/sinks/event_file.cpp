#include "sinks/event_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/file_identity.hpp"
#include "base/text/quotation.hpp"
#include "base/user_group.hpp"

namespace tenantscope {
namespace {

Error failed(const std::filesystem::path& path, std::string_view what) {
  return {ErrorKind::io, fmt::format("{}: can't {}: {}", path.string(), what,
                                     std::generic_category().message(errno))};
}

// What of `text` is left is what had no room, or what wasn't tried after an error.
bool write_from(int file, std::string_view& text) {
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

class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  ~Descriptor() {
    if (file_ >= 0)
      ::close(file_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return file_; }

 private:
  int file_;
};

class RegularFile : public EventFile {
 public:
  RegularFile(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}

  bool broken() const override { return broken_; }
  bool moved() const override { return file_at(path_) != file_of(*file_); }

  Result<void> give(const FileAccess& access) const override {
    struct stat before {};
    if (::fstat(*file_, &before) != 0)
      return failed(path_, "examine it");
    const Result<void> group =
        access.group.empty() ? Result<void>() : give_group(access.group, before);
    if (!access.mode && access.group.empty())
      return {};
    const mode_t wanted = access.mode.value_or(before.st_mode & 07777);
    const Result<void> mode = give_mode(wanted & ~(group ? 0u : mode_t(S_IRWXG)));
    return group ? mode : group;
  }

  Result<Appended> append(const std::vector<JournalEntry>& batch) override {
    struct stat before {};
    if (::fstat(*file_, &before) != 0)
      return failed(path_, "examine it");
    std::string lines = ends_in_a_piece(before.st_size) ? "\n" : "";
    for (const JournalEntry& entry : batch)
      lines.append(entry.event).append("\n");
    std::string_view left = lines;
    if (write_from(*file_, left) && ::fsync(*file_) == 0)
      return Appended::whole;

    const Error error = failed(path_, "append to it");
    broken_ = ::ftruncate(*file_, before.st_size) != 0;
    return error;
  }

 private:
  // Its members get no right by this, and nor do those of the group before while they change.
  Result<void> give_group(const std::string& name, const struct stat& before) const {
    const auto group = group_named(name);
    if (!group)
      return Error{ErrorKind::io, fmt::format("{}: can't give it to the group {}: there is none",
                                              path_.string(), quote(name))};
    if (*group == before.st_gid)
      return {};
    if (auto taken = give_mode(before.st_mode & 07777 & ~mode_t(S_IRWXG)); !taken)
      return taken;
    if (::fchown(*file_, uid_t(-1), *group) == 0)
      return {};
    const int cause = errno;
    return Error{ErrorKind::io,
                 fmt::format("{}: can't give it to the group {}: {}: let this user be one of it "
                             "and the file's owner (a unit: SupplementaryGroups=, PrivateUsers=no, "
                             "SystemCallFilter=fchown)",
                             path_.string(), quote(name), std::generic_category().message(cause))};
  }

  // Another owner's file may be as it should be.
  Result<void> give_mode(mode_t mode) const {
    struct stat now {};
    if (::fstat(*file_, &now) == 0 && (now.st_mode & 07777) == mode)
      return {};
    if (::fchmod(*file_, mode) != 0)
      return failed(path_, fmt::format("give it the mode {:04o}", mode));
    return {};
  }

  // A crash in the middle of a line leaves a piece of it; its event is brought again whole.
  bool ends_in_a_piece(off_t size) const {
    char last = '\n';
    return size > 0 && ::pread(*file_, &last, 1, size - 1) == 1 && last != '\n';
  }

  std::filesystem::path path_;
  Descriptor file_;
  bool broken_ = false;
};

// The descriptor doesn't block. A full pipe may take a part of a line: the rest goes before all
// else, so that the reader sees whole lines, and each once.
class StreamFile : public EventFile {
 public:
  StreamFile(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}

  bool broken() const override { return broken_; }
  bool within_line() const override { return begun_ > 0; }

  Result<Appended> append(const std::vector<JournalEntry>& batch) override {
    const std::uint64_t before = bytes_;
    bool has_room = write_line();
    for (const JournalEntry& entry : batch) {
      if (!has_room)
        break;
      if (written_.contains(entry.sequence))
        continue;
      line_ = entry.event + "\n";
      line_of_ = entry.sequence;
      has_room = write_line();
    }
    if (broken_)
      return failed(path_, "write to it");
    if (!has_room)
      return bytes_ > before ? Appended::part : Appended::nothing;
    if (!batch.empty())
      written_.erase(written_.begin(), written_.upper_bound(batch.back().sequence));
    return Appended::whole;
  }

 private:
  // False: there is no room, or it is broken.
  bool write_line() {
    std::string_view left = std::string_view(line_).substr(begun_);
    const std::size_t size = left.size();
    const bool whole = write_from(*file_, left);
    broken_ = !whole && errno != EAGAIN;
    bytes_ += size - left.size();
    begun_ = line_.size() - left.size();
    if (whole && !line_.empty())
      written_.insert(line_of_);
    if (whole || begun_ == 0) {
      line_.clear();
      begun_ = 0;
    }
    return whole;
  }

  std::filesystem::path path_;
  Descriptor file_;
  bool broken_ = false;
  std::string line_;       // that has begun
  std::size_t begun_ = 0;  // how many of its bytes are written
  std::uint64_t line_of_ = 0;
  std::uint64_t bytes_ = 0;          // written so far
  std::set<std::uint64_t> written_;  // events of batches that weren't written whole
};

// So that a new file's name survives a crash as well.
void sync_folder_of(const std::filesystem::path& path) {
  const Descriptor folder(::open(path.parent_path().empty() ? "." : path.parent_path().c_str(),
                                 O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (*folder >= 0)
    ::fsync(*folder);
}

}  // namespace

Result<std::unique_ptr<EventFile>> open_event_file(const std::filesystem::path& path,
                                                   const FileAccess& access) {
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file >= 0)
      return std::make_unique<StreamFile>(path, file);
    return failed(path, errno == ENXIO ? "open it: it is a pipe that nobody reads, or a socket"
                                       : "open it for writing");
  }
  const int file =
      ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, access.mode ? 0600 : 0640);
  if (file < 0)
    return failed(path, "open it for appending");
  sync_folder_of(path);
  return std::make_unique<RegularFile>(path, file);
}

}  // namespace tenantscope
