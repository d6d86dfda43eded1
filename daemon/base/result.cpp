#include "base/result.hpp"

namespace tenantscope {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::dns:
      return "dns";
    case ErrorKind::connect:
      return "connect";
    case ErrorKind::tls:
      return "tls";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::throttled:
      return "throttled";
    case ErrorKind::http_status:
      return "http_status";
    case ErrorKind::redirect:
      return "redirect";
    case ErrorKind::too_large:
      return "too_large";
    case ErrorKind::encoding:
      return "encoding";
    case ErrorKind::not_json:
      return "not_json";
    case ErrorKind::bad_document:
      return "bad_document";
    case ErrorKind::identity:
      return "identity";
    case ErrorKind::io:
      return "io";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::other:
      return "other";
  }
  return "other";
}

}  // namespace tenantscope
