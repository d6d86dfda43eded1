#include "base/certificate_expiry.hpp"

#include <openssl/x509.h>

#include <ctime>

namespace tenantscope {

std::optional<WallTime> certificate_expiry(const X509* certificate) {
  std::tm time{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1)
    return std::nullopt;
  return WallTime(std::chrono::seconds(::timegm(&time)));
}

}  // namespace tenantscope
