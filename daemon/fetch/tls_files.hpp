// The files of a client's TLS settings, ready for connections. A file that has changed is read
// anew; where the new ones can't be used, as while two of them are being replaced, the last good
// ones stay. On the transfer thread.
#pragma once

#include <openssl/types.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "base/file_stamp.hpp"
#include "base/result.hpp"
#include "domain/http/http_client_settings.hpp"

namespace tenantscope {

struct TlsFiles {
  std::shared_ptr<X509_STORE> trust;
  std::string identity;     // of the trust: what tells its connections from others
  std::string certificate;  // ours and its chain, PEM; empty: none
  std::string key;          // PEM

  TlsFiles() = default;
  TlsFiles(const TlsFiles&) = delete;
  TlsFiles& operator=(const TlsFiles&) = delete;
  ~TlsFiles();
};

class TlsFileCache {
 public:
  // Error (tls): which of the files can't be used, and why; they never could.
  Result<std::shared_ptr<const TlsFiles>> files_of(const TlsClientSettings& settings);

 private:
  using Names = std::tuple<std::string, std::string, std::string>;
  using Stamps = std::array<FileStamp, 3>;
  struct Known {
    Stamps stamps;  // as they were before they were read last
    std::shared_ptr<const TlsFiles> files;
  };

  std::map<Names, Known> known_;
};

}  // namespace tenantscope
