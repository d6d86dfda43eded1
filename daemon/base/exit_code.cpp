#include "base/exit_code.hpp"

#include <cerrno>

#include "base/result.hpp"

namespace tenantscope {

bool may_pass(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:  // a limit on the size of files, as a full disk
    case EIO:
    case EROFS:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case ENOLCK:
    case EBUSY:
    case EINTR:
    case ETIMEDOUT:
    case ESTALE:
    case ENODEV:  // what is mounted there has gone
    case ENXIO:
    case ENOTCONN:
    case EHOSTDOWN:
      return true;
    default:
      return false;
  }
}

int exit_code_of(int error) { return may_pass(error) ? exit_failure : exit_unusable; }

}  // namespace tenantscope
