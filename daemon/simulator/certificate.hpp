// The certificate of an https authority: ca.pem to trust, server.pem and server.key to serve with,
// for localhost, 127.0.0.1 and ::1. For `simulate --tls.directory`, at start-up.
#pragma once

#include <filesystem>

namespace tenantscope::simulator {

struct CertificateFiles {
  std::filesystem::path ca;
  std::filesystem::path certificate;
  std::filesystem::path key;
  bool made = false;  // just now
};

// The files in `directory`; where there are none they are made (the CA's key isn't kept). Throws
// FatalError(78) where only some are there, or the directory can't be written to.
CertificateFiles certificate_in(const std::filesystem::path& directory);

}  // namespace tenantscope::simulator
