#include "e2e/tracing.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace tenantscope::e2e {
namespace {

const std::string installed = "/usr/bin/strace";
const std::string unpacked_root = TENANTSCOPE_TOOLS "/usr";
const std::string unpacked = unpacked_root + "/bin/strace";

bool runs(const std::string& program) { return ::access(program.c_str(), X_OK) == 0; }

}  // namespace

Tracers::Tracers() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

Tracers::~Tracers() {
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR)
    continue;
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

bool can_trace() { return runs(installed) || runs(unpacked); }

std::vector<std::string> traced(const std::vector<std::string>& options,
                                const std::filesystem::path& output) {
  std::vector<std::string> command;
  if (runs(installed))
    command = {installed};
  else
    command = {"/usr/bin/env", "LD_LIBRARY_PATH=" + unpacked_root + "/lib/x86_64-linux-gnu",
               unpacked, "-E", "LD_LIBRARY_PATH"};
  // -D: the tracer is the grandchild, so that killing and awaiting the child is killing and
  // awaiting the daemon.
  for (const char* option : {"-D", "-f", "-qq", "-o"})
    command.push_back(option);
  command.push_back(output);
  command.insert(command.end(), options.begin(), options.end());
  return command;
}

}  // namespace tenantscope::e2e
