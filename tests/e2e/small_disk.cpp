#include "e2e/small_disk.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include "support/name_spaces.hpp"

namespace tenantscope::e2e {
namespace {

constexpr const char* size_option = "size=8m";

void mount_at(const std::filesystem::path& folder, unsigned long flags) {
  if (::mount("tmpfs", folder.c_str(), "tmpfs", flags, size_option) != 0)
    throw std::runtime_error("can't mount at " + folder.string() + ": " +
                             std::generic_category().message(errno));
}

}  // namespace

bool can_mount() {
  static const bool entered = enter_name_spaces();
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
