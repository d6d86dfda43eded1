#include "fetch/tls_files.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/cleansed.hpp"
#include "base/text_file.hpp"
#include "base/tls/pem.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t largest_pem = mib;

FileStamp stamp_unless_empty(const std::string& file) {
  return file.empty() ? FileStamp{} : stamp_of(file);
}

Error unusable(const std::string& file, std::string_view why) {
  return {ErrorKind::tls, fmt::format("{}: {}", file, why)};
}

std::shared_ptr<X509_STORE> make_trust(const std::string& ca_file) {
  std::shared_ptr<X509_STORE> trust(X509_STORE_new(), X509_STORE_free);
  X509_STORE_set_default_paths(trust.get());
  const bool loaded = ca_file.empty() || X509_STORE_load_file(trust.get(), ca_file.c_str()) == 1;
  ERR_clear_error();
  return loaded ? trust : nullptr;
}

// Loading the system's bundle for each connection, or for each file, would cost 20 ms.
std::shared_ptr<X509_STORE> system_trust() {
  static const std::shared_ptr<X509_STORE> trust = make_trust("");
  return trust;
}

// Error: why the pair in `files` is none.
std::optional<Error> refuse_pair(const TlsClientSettings& settings, const TlsFiles& files) {
  const auto certificates = read_certificates(files.certificate);
  if (!certificates)
    return unusable(settings.cert_file, certificates.error().detail);
  const auto key = read_private_key(files.key);
  if (!key)
    return unusable(settings.key_file, key.error().detail);
  if (X509_check_private_key(certificates->front().get(), key->get()) == 1)
    return std::nullopt;
  (void)openssl_error();
  return unusable(settings.key_file,
                  "it isn't the key of the certificate in " + settings.cert_file);
}

std::optional<Error> read_pair(const TlsClientSettings& settings, TlsFiles& files) {
  for (const auto& [file, text] : {std::pair(&settings.cert_file, &files.certificate),
                                   std::pair(&settings.key_file, &files.key)}) {
    Result<std::string> read =
        read_text_file(*file, {.bytes = largest_pem, .patience = Duration::zero()});
    if (!read)
      return unusable(*file, "it can't be read: " + read.error().detail);
    *text = std::move(*read);
  }
  return refuse_pair(settings, files);
}

Result<std::shared_ptr<const TlsFiles>> read_files(const TlsClientSettings& settings,
                                                   const FileStamp& of_ca_file) {
  const auto files = std::make_shared<TlsFiles>();
  files->trust = settings.ca_file.empty() ? system_trust() : make_trust(settings.ca_file);
  if (!files->trust)
    return unusable(settings.ca_file, "no certificates to trust can be read from it");
  if (!settings.ca_file.empty())
    files->identity = fmt::format("{}#{}.{}.{}.{}.{}", settings.ca_file, of_ca_file.inode,
                                  of_ca_file.size, of_ca_file.changed.seconds,
                                  of_ca_file.changed.nanoseconds, of_ca_file.modified.seconds);
  if (!settings.cert_file.empty())
    if (const auto error = read_pair(settings, *files))
      return *error;
  return std::shared_ptr<const TlsFiles>(files);
}

}  // namespace

TlsFiles::~TlsFiles() { cleanse(key); }

Result<std::shared_ptr<const TlsFiles>> TlsFileCache::files_of(const TlsClientSettings& settings) {
  Known& known = known_[{settings.ca_file, settings.cert_file, settings.key_file}];
  Stamps now{stamp_unless_empty(settings.ca_file), stamp_unless_empty(settings.cert_file),
             stamp_unless_empty(settings.key_file)};
  if (known.files && known.stamps == now)
    return known.files;
  auto read = read_files(settings, now.front());
  if (!read && !known.files)
    return read.error();
  known.stamps = std::move(now);
  if (read)
    known.files = std::move(*read);
  return known.files;
}

}  // namespace tenantscope
