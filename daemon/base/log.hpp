// Lines for operators on standard error, in logfmt or JSON. One line per transition, onset and end
// of a failure, start, stop, reload; never one per successful probe. Callable from any thread; a
// line is written whole, by a thread of the log's own: no caller waits for a reader. Copies
// of a Log share its queue.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/log_queue.hpp"
#include "base/time.hpp"

namespace tenantscope {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { logfmt, json };

struct LogField {
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)) {}

  std::string_view key;
  std::string value;
};

using LogFields = std::initializer_list<LogField>;

// Of `msg` and each value; of a longer one the line has the beginning, and how much is left out.
inline constexpr std::size_t longest_log_text = 16 * kib;

// One line with its newline, whatever bytes `msg` and the values hold. REQUIRES: keys are plain
// words.
std::string log_line(LogFormat format, WallTime time, LogLevel level, std::string_view msg,
                     std::span<const LogField> fields);

class Log {
 public:
  // To standard error.
  Log(LogLevel least, LogFormat format);

  void debug(std::string_view msg, LogFields fields = {}) const {
    write(LogLevel::debug, msg, fields);
  }
  void info(std::string_view msg, LogFields fields = {}) const {
    write(LogLevel::info, msg, fields);
  }
  void warn(std::string_view msg, LogFields fields = {}) const {
    write(LogLevel::warn, msg, fields);
  }
  void error(std::string_view msg, LogFields fields = {}) const {
    write(LogLevel::error, msg, fields);
  }

  void write(LogLevel level, std::string_view msg, std::span<const LogField> fields) const;
  // Writes to the same place, whatever the level.
  Log of_all_levels() const;

  // Waits until every line so far is written, or until `patience` is over: false.
  bool flush(Duration patience) const { return queue_->flush(patience); }
  // How many lines were lost since standard error wasn't read, or can't be written.
  std::uint64_t dropped() const { return queue_->dropped(); }

 private:
  LogLevel least_;
  LogFormat format_;
  std::shared_ptr<LogQueue> queue_;
};

}  // namespace tenantscope
