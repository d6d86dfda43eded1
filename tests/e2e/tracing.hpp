// The daemon under strace: what it calls, and what happens to it at a call.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tenantscope::e2e {

// While it lives, tracers that outlive their daemon are this process's children; in the end it
// awaits all of them. REQUIRES: whoever starts a process meanwhile has ended it before.
class Tracers {
 public:
  Tracers();
  ~Tracers();
  Tracers(const Tracers&) = delete;
  Tracers& operator=(const Tracers&) = delete;
};

// What comes before a program and its arguments; the process is the program's, not strace's.
// `options` as strace has them.
std::vector<std::string> traced(const std::vector<std::string>& options,
                                const std::filesystem::path& output = "/dev/null");

}  // namespace tenantscope::e2e
