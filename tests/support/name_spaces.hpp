// Name spaces of this process: what it mounts, and its network, nobody else sees.
#pragma once

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>

namespace tenantscope {

// Enters new ones, of these kinds beside mounts (such as CLONE_NEWNET), as root of one of users
// where need be. False: not permitted. REQUIRES: this process has one thread.
inline bool enter_name_spaces(int kinds = 0) {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(kinds | CLONE_NEWNS | (user == 0 ? 0 : CLONE_NEWUSER)) != 0)
    return false;
  if (user != 0) {
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " + std::to_string(user) + " 1";
    std::ofstream("/proc/self/gid_map") << "0 " + std::to_string(group) + " 1";
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

// A new network has a loopback device that is down. False: not permitted.
inline bool raise_loopback() {
  const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq device{};
  std::strcpy(device.ifr_name, "lo");
  device.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool raised = ::ioctl(any, SIOCSIFFLAGS, &device) == 0;
  ::close(any);
  return raised;
}

}  // namespace tenantscope
