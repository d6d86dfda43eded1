#include "commands/simulate.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/result.hpp"

namespace tenantscope {
namespace {

// `simulate` in a process of its own, its standard error read.
class Simulation {
 public:
  explicit Simulation(const SimulateOptions& options) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(ends[1], STDERR_FILENO);
      ::_exit(run_simulate(options));
    }
    ::close(ends[1]);
    errors_ = ends[0];
  }
  ~Simulation() { ::close(errors_); }

  std::string read_line() {
    std::string line;
    for (char c = 0; ::read(errors_, &c, 1) == 1 && c != '\n';)
      line += c;
    return line;
  }

  int exit_code() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  pid_t process() const { return process_; }

 private:
  pid_t process_;
  int errors_;
};

TEST(Simulate, SaysWhereItListensAndStopsCleanly) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Simulation simulation({.scenario = CONFIG_FOLDER "/rehearsal-scenario.yaml"});
    const std::string line = simulation.read_line();
    EXPECT_NE(line.find(R"(msg="listening" address=127.0.0.1:)"), std::string::npos) << line;
    EXPECT_NE(line.find("url=http://127.0.0.1:"), std::string::npos) << line;
    ::kill(simulation.process(), signal);
    EXPECT_EQ(simulation.exit_code(), 0);
  }
}

TEST(Simulate, RefusesWhatItCantServe) {
  const std::string wrong = testing::TempDir() + "wrong-scenario.yaml";
  std::ofstream(wrong) << "latency: 1ms\ntenant: []\n";
  struct Case {
    SimulateOptions options;
    std::string said;
    int exit_code = exit_unusable;
  };
  for (const auto& [options, said, exit_code] :
       {Case{{.scenario = wrong}, wrong + ":2:1: "},
        Case{{.scenario = "/nowhere.yaml"}, "/nowhere.yaml:1:1: "},
        Case{{.listen_address = "0.0.0.0:0"}, "loopback", exit_usage},
        Case{{.tls_directory = "/dev/null/tls"}, "/dev/null/tls"}}) {
    Simulation simulation(options);
    const std::string line = simulation.read_line();
    EXPECT_NE(line.find(said), std::string::npos) << line;
    EXPECT_EQ(simulation.exit_code(), exit_code) << line;
  }
}

}  // namespace
}  // namespace tenantscope
