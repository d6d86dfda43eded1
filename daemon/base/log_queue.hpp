// Lines on their way to a descriptor that may not be read. A thread writes them, all that wait in
// one write, so that no caller waits. A line that doesn't fit is dropped and counted, and one line
// says how many were once there is room. Callable from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace tenantscope {

class LogQueue {
 public:
  // The bytes that wait, beside as many that are being written.
  static constexpr std::size_t capacity = 1 * mib;
  // The destructor waits that long for what is queued.
  static constexpr Duration last_lines = std::chrono::seconds(1);

  // The line, with its newline, that tells of `lines` dropped ones.
  using Notice = std::function<std::string(std::uint64_t lines)>;

  // REQUIRES: `descriptor` stays open.
  LogQueue(int descriptor, Notice notice);
  ~LogQueue();  // leaves a thread that can't write behind
  LogQueue(const LogQueue&) = delete;
  LogQueue& operator=(const LogQueue&) = delete;

  // `line` ends with its only newline.
  void add(std::string_view line);
  // Waits until the descriptor has everything that was added, or until `patience` is over: false.
  bool flush(Duration patience) const;
  // How many lines didn't fit or couldn't be written, since the start.
  std::uint64_t dropped() const;

 private:
  class State;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace tenantscope
