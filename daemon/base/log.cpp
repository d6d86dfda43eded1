#include "base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

bool stands_quoted(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void append_written(std::string& line, const Character& character) {
  if (character.bytes == "\n") {
    line += "\\n";
  } else if (character.bytes == "\"" || character.bytes == "\\") {
    line += '\\';
    line += character.bytes;
  } else {
    append_visible(line, character);
  }
}

// The longest beginning of `text` that is shown, without a piece of a character at its end.
std::string_view beginning(std::string_view text) {
  const auto goes_on = [text](std::size_t at) { return (text[at] & '\xc0') == '\x80'; };
  std::size_t end = longest_log_text;
  while (end < text.size() && end > longest_log_text - 3 && goes_on(end))
    --end;
  return text.substr(0, end);
}

// A JSON string, which logfmt reads too.
void append_quoted(std::string& line, std::string_view whole) {
  std::string_view text = beginning(whole);
  const std::size_t left_out = whole.size() - text.size();
  line += '"';
  for (;;) {
    const auto other = std::ranges::find_if_not(text, stands_quoted);
    line.append(text.begin(), other);
    text.remove_prefix(std::size_t(other - text.begin()));
    if (text.empty())
      break;
    append_written(line, take_character(text));
  }
  if (left_out > 0)
    line += fmt::format("... ({} more bytes)", left_out);
  line += '"';
}

bool is_bare_word(std::string_view text) {
  return !text.empty() && text.size() <= longest_log_text && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
  });
}

}  // namespace

std::string log_line(LogFormat format, WallTime time, LogLevel level, std::string_view msg,
                     std::span<const LogField> fields) {
  const bool json = format == LogFormat::json;
  std::string line =
      json ? fmt::format(R"({{"ts":"{}","level":"{}","msg":)", rfc3339(time), to_string(level))
           : fmt::format("ts={} level={} msg=", rfc3339(time), to_string(level));
  append_quoted(line, msg);
  for (const LogField& field : fields) {
    line += json ? ",\"" : " ";
    line += field.key;
    line += json ? "\":" : "=";
    if (!json && is_bare_word(field.value))
      line += field.value;
    else
      append_quoted(line, field.value);
  }
  line += json ? "}\n" : "\n";
  return line;
}

Log::Log(LogLevel least, LogFormat format)
    : least_(least),
      format_(format),
      queue_(std::make_shared<LogQueue>(STDERR_FILENO, [format](std::uint64_t lines) {
        const LogField field("lines", lines);
        return log_line(format, wall_now(), LogLevel::warn, "log lines dropped", {&field, 1});
      })) {}

void Log::write(LogLevel level, std::string_view msg, std::span<const LogField> fields) const {
  if (level >= least_)
    queue_->add(log_line(format_, wall_now(), level, msg, fields));
}

Log Log::of_all_levels() const {
  Log log = *this;
  log.least_ = LogLevel::debug;
  return log;
}

}  // namespace tenantscope
