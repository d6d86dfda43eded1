// A program under test: started in a folder of its own, its output kept there, killed with this
// object at the latest. For the end-to-end tests; on the test's main thread.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_folder.hpp"

namespace tenantscope::e2e {

constexpr auto patience = std::chrono::seconds(30);

// Whether `condition` came to hold in time.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = patience);

std::string read_file(const std::filesystem::path& path);  // "" where there is none
void write_file(const std::filesystem::path& path, std::string_view text);

std::vector<std::string> lines_of(const std::string& text);
// The whole lines of `text` that hold every one of `needles`.
std::vector<std::string> lines_with(const std::string& text,
                                    const std::vector<std::string>& needles);

// Each `what` in `text` becomes `by`; throws where there is none.
std::string replaced(std::string text, const std::string& what, const std::string& by);

class Process {
 public:
  explicit Process(std::vector<std::string> command, const std::string& input = "");
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool ended();
  void signal(int number) const;

  // The exit code, or -N where signal N ended it. Throws when the time is over.
  int wait(std::chrono::milliseconds limit = patience);

  std::string out() const { return read_file(folder_.path() / "out"); }
  std::string err() const { return read_file(folder_.path() / "err"); }

  // The first line of standard error with `needle`. Throws when the time is over, or the program
  // ended without it.
  std::string await_line(const std::string& needle);

 private:
  TemporaryFolder folder_;
  std::string name_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

struct Finished {
  int exit_code = 0;
  std::string out;
  std::string err;
};

Finished run(std::vector<std::string> command, const std::string& input = "");

// Debian's own interpreter, with the packages that scripts/setup --tests unpacks, on a script of
// this folder.
Finished run_python(const std::string& script, std::vector<std::string> arguments,
                    const std::string& input = "");

// The binary under test.
Finished run_tenantscope(std::vector<std::string> arguments);
std::vector<std::string> tenantscope_command(std::vector<std::string> arguments);

}  // namespace tenantscope::e2e
