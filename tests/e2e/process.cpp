#include "e2e/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "e2e/tools.hpp"

namespace tenantscope::e2e {
namespace {

constexpr auto look_again = std::chrono::milliseconds(10);
constexpr const char* python = "/usr/bin/python3";

int opened(const std::filesystem::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0)
    throw std::runtime_error("can't open " + path.string());
  return file;
}

}  // namespace

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline)
      return false;
    std::this_thread::sleep_for(look_again);
  }
  return true;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text.substr(0, text.rfind('\n') + 1));
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

std::vector<std::string> lines_with(const std::string& text,
                                    const std::vector<std::string>& needles) {
  std::vector<std::string> lines = lines_of(text);
  std::erase_if(lines, [&](const std::string& line) {
    return std::ranges::any_of(
        needles, [&](const std::string& needle) { return line.find(needle) == std::string::npos; });
  });
  return lines;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  if (text.find(what) == std::string::npos)
    throw std::runtime_error("no " + what + " in:\n" + text);
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

Process::Process(std::vector<std::string> command, const std::string& input)
    : name_(command.front()) {
  write_file(folder_.path() / "in", input);
  const int in = opened(folder_.path() / "in", O_RDONLY);
  const int out = opened(folder_.path() / "out", O_WRONLY | O_CREAT | O_APPEND);
  const int err = opened(folder_.path() / "err", O_WRONLY | O_CREAT | O_APPEND);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& argument : command)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const std::string folder = folder_.path();

  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    if (::chdir(folder.c_str()) == 0)
      ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }
  for (const int file : {in, out, err})
    ::close(file);
  if (pid_ < 0)
    throw std::runtime_error("can't start " + name_);
}

Process::~Process() {
  if (ended())
    return;
  signal(SIGKILL);
  wait();
}

bool Process::ended() {
  int status = 0;
  if (!exit_code_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return exit_code_.has_value();
}

void Process::signal(int number) const {
  if (!exit_code_)
    ::kill(pid_, number);
}

int Process::wait(std::chrono::milliseconds limit) {
  if (!eventually([this] { return ended(); }, limit))
    throw std::runtime_error(name_ + " doesn't end; it said:\n" + err());
  return *exit_code_;
}

std::string Process::await_line(const std::string& needle) {
  std::vector<std::string> found;
  eventually([&] {
    const bool last_look = ended();
    found = lines_with(err(), {needle});
    return !found.empty() || last_look;
  });
  if (found.empty())
    throw std::runtime_error(name_ + " never said " + needle + "; it said:\n" + err());
  return found.front();
}

Finished run(std::vector<std::string> command, const std::string& input) {
  Process process(std::move(command), input);
  const int exit_code = process.wait();
  return {exit_code, process.out(), process.err()};
}

std::vector<std::string> tenantscope_command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), TENANTSCOPE_BINARY);
  return arguments;
}

Finished run_python(const std::string& script, std::vector<std::string> arguments,
                    const std::string& input) {
  const std::string path = "PYTHONPATH=" + tool_file("usr/lib/python3/dist-packages").string();
  std::vector<std::string> command{"/usr/bin/env", path, "PYTHONDONTWRITEBYTECODE=1", python,
                                   TENANTSCOPE_SOURCE "/tests/e2e/" + script};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Process process(std::move(command), input);
  const int exit_code = process.wait(std::chrono::minutes(5));
  return {exit_code, process.out(), process.err()};
}

Finished run_tenantscope(std::vector<std::string> arguments) {
  return run(tenantscope_command(std::move(arguments)));
}

}  // namespace tenantscope::e2e
