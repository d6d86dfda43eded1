#include "e2e/tracing.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "e2e/tools.hpp"

namespace tenantscope::e2e {

Tracers::Tracers() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

Tracers::~Tracers() {
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR)
    continue;
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

std::vector<std::string> traced(const std::vector<std::string>& options,
                                const std::filesystem::path& output) {
  // -D: the tracer is the grandchild, so that killing and awaiting the child is killing and
  // awaiting the daemon.
  std::vector<std::string> command =
      tool("strace", {"-E", "LD_LIBRARY_PATH", "-D", "-f", "-qq", "-o", output});
  command.insert(command.end(), options.begin(), options.end());
  return command;
}

}  // namespace tenantscope::e2e
