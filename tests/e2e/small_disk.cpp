#include "e2e/small_disk.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "e2e/process.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* size_option = "size=8m";

// A name space of mounts of our own, as root of a name space of users where need be.
bool enter_name_space() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0)
    return false;
  if (user != 0) {
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", fmt::format("0 {} 1", user));
    write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

void mount_at(const std::filesystem::path& folder, unsigned long flags) {
  if (::mount("tmpfs", folder.c_str(), "tmpfs", flags, size_option) != 0)
    throw std::runtime_error("can't mount at " + folder.string() + ": " +
                             std::generic_category().message(errno));
}

}  // namespace

bool can_mount() {
  static const bool entered = enter_name_space();
  return entered;
}

SmallDisk::SmallDisk(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
  mount_at(folder_, 0);
}

SmallDisk::~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }

void SmallDisk::fill() const {
  const int file =
      ::open((folder_ / "filling").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  for (std::string block(4096, 'x'); !block.empty();)
    if (::write(file, block.data(), block.size()) < 0)
      block.resize(block.size() / 2);
  ::close(file);
}

void SmallDisk::free() const { std::filesystem::remove(folder_ / "filling"); }

void SmallDisk::set_read_only(bool read_only) const {
  mount_at(folder_, MS_REMOUNT | (read_only ? MS_RDONLY : 0));
}

}  // namespace tenantscope::e2e
