// What can go wrong, as a value: Result<T> = T or Error. ErrorKind is the closed set that becomes
// the metric label `reason`. Exceptions are for start-up (FatalError) and for bugs only.
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tenantscope {

enum class ErrorKind : std::uint8_t {
  dns,
  connect,
  tls,
  timeout,
  throttled,
  http_status,
  redirect,
  too_large,
  encoding,
  not_json,
  bad_document,
  identity,
  io,
  conflict,  // somebody else was first
  other,
};

// The reasons a probe can fail for, in the order they are exposed.
inline constexpr std::array probe_reasons{
    ErrorKind::dns,       ErrorKind::connect,     ErrorKind::tls,          ErrorKind::timeout,
    ErrorKind::throttled, ErrorKind::http_status, ErrorKind::redirect,     ErrorKind::too_large,
    ErrorKind::encoding,  ErrorKind::not_json,    ErrorKind::bad_document, ErrorKind::identity,
    ErrorKind::other};

// The reasons a delivery to a sink can fail for.
inline constexpr std::array delivery_reasons{
    ErrorKind::dns,      ErrorKind::connect,     ErrorKind::tls,
    ErrorKind::timeout,  ErrorKind::http_status, ErrorKind::throttled,
    ErrorKind::redirect, ErrorKind::io,          ErrorKind::other};

std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::other;
  std::string detail;  // for people: what was wrong, where, and what to do
};

// Result<T>::value() on an error is a bug, not a way to report one.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
  throw std::logic_error("unchecked error: " + error.detail);
}

template <class T>
using Result = boost::system::result<T, Error>;

// Start-up can't go on; `exit_code` as in the contract: 78 bad configuration or unusable storage, 1
// anything else.
struct FatalError : std::runtime_error {
  FatalError(int code, const std::string& message) : std::runtime_error(message), exit_code(code) {}
  int exit_code;
};

inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_unusable = 78;

}  // namespace tenantscope
