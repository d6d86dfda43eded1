#include "simulator/certificate.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <new>
#include <system_error>

#include <fmt/format.h>

#include "base/result.hpp"

namespace tenantscope::simulator {
namespace {

constexpr int ca_days = 3650;
constexpr int server_days = 825;
constexpr long backdated = -300;  // seconds, for clocks that differ a little

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

// OpenSSL fails here for want of memory or entropy only.
void check(bool done) {
  if (!done)
    throw FatalError(exit_failure, "OpenSSL couldn't make a certificate");
}

Key make_key() {
  Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  check(key != nullptr);
  return key;
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value), &X509_EXTENSION_free);
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate make_certificate(const char* name, EVP_PKEY* key, int days) {
  Certificate certificate(X509_new(), &X509_free);
  check(certificate != nullptr);
  X509_set_version(certificate.get(), X509_VERSION_3);
  std::uint64_t serial = 0;
  check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  check(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1) == 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), backdated);
  X509_time_adj_ex(X509_getm_notAfter(certificate.get()), days, backdated, nullptr);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return certificate;
}

Certificate make_ca(EVP_PKEY* key) {
  Certificate ca = make_certificate("tenantscope rehearsal CA", key, ca_days);
  X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
  add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  check(X509_sign(ca.get(), key, EVP_sha256()) > 0);
  return ca;
}

Certificate make_server(EVP_PKEY* key, X509* ca, EVP_PKEY* ca_key) {
  Certificate server = make_certificate("localhost", key, server_days);
  X509_set_issuer_name(server.get(), X509_get_subject_name(ca));
  add_extension(server.get(), ca, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(server.get(), ca, NID_key_usage, "critical,digitalSignature");
  add_extension(server.get(), ca, NID_ext_key_usage, "serverAuth");
  add_extension(server.get(), ca, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  add_extension(server.get(), ca, NID_subject_key_identifier, "hash");
  add_extension(server.get(), ca, NID_authority_key_identifier, "keyid");
  check(X509_sign(server.get(), ca_key, EVP_sha256()) > 0);
  return server;
}

// A new file of this mode, which nobody else has made or can read meanwhile.
template <class Write>
void write_new(const std::filesystem::path& path, mode_t mode, Write write) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0)
    throw FatalError(exit_unusable, fmt::format("{} can't be made: {}", path.string(),
                                                std::generic_category().message(errno)));
  const std::unique_ptr<std::FILE, void (*)(std::FILE*)> stream(
      ::fdopen(file, "w"), [](std::FILE* opened) { (void)std::fclose(opened); });
  if (!stream || !write(stream.get()) || std::fflush(stream.get()) != 0)
    throw FatalError(exit_unusable, fmt::format("{} can't be written", path.string()));
}

}  // namespace

CertificateFiles certificate_in(const std::filesystem::path& directory) {
  CertificateFiles files{directory / "ca.pem", directory / "server.pem", directory / "server.key"};
  std::error_code error;
  const int there = std::filesystem::exists(files.ca, error) +
                    std::filesystem::exists(files.certificate, error) +
                    std::filesystem::exists(files.key, error);
  if (there == 3)
    return files;
  if (there > 0)
    throw FatalError(exit_unusable, fmt::format("{} holds only some of ca.pem, server.pem and "
                                                "server.key: add what is missing, or remove "
                                                "them and new ones will be made",
                                                directory.string()));
  std::filesystem::create_directories(directory, error);
  if (error)
    throw FatalError(exit_unusable,
                     fmt::format("{} can't be made: {}", directory.string(), error.message()));

  const Key ca_key = make_key();
  const Key key = make_key();
  const Certificate ca = make_ca(ca_key.get());
  const Certificate server = make_server(key.get(), ca.get(), ca_key.get());
  write_new(files.key, 0600, [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  write_new(files.certificate, 0644,
            [&](std::FILE* file) { return PEM_write_X509(file, server.get()); });
  write_new(files.ca, 0644, [&](std::FILE* file) { return PEM_write_X509(file, ca.get()); });
  files.made = true;
  return files;
}

}  // namespace tenantscope::simulator
