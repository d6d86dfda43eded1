// Certificates for a test's servers and clients; an authority's, or a self-signed one's, file is
// what the other side trusts it by.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace tenantscope {

struct Certificate {
  std::filesystem::path file;
  std::filesystem::path key;
};

struct CertificateWish {
  std::string names;  // subjectAltName, such as "IP:127.0.0.1,DNS:login.example"; empty: none
  int begins = -7;    // days from now
  int days = 1;       // from now
  bool authority = false;
  unsigned rsa_bits = 0;  // 0: an elliptic key
  std::string common_name = "tenantscope test";
};

namespace certificate_detail {

using File = std::unique_ptr<FILE, void (*)(FILE*)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;

inline File open_file(const std::filesystem::path& path, const char* mode) {
  return File(std::fopen(path.c_str(), mode), [](FILE* file) { (void)std::fclose(file); });
}

inline void extend(X509* certificate, int nid, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()), &X509_EXTENSION_free);
  if (!extension || !X509_add_ext(certificate, extension.get(), -1))
    throw std::runtime_error("no certificate with " + value);
}

}  // namespace certificate_detail

// STEM.pem and STEM-key.pem; signed by `issuer`, or by itself.
inline Certificate make_certificate(const std::filesystem::path& folder, const std::string& stem,
                                    const CertificateWish& wish,
                                    const Certificate* issuer = nullptr) {
  using namespace certificate_detail;
  constexpr long day = 24L * 60 * 60;
  static long serial = 0;
  const Key key(wish.rsa_bits > 0 ? EVP_RSA_gen(wish.rsa_bits) : EVP_EC_gen("P-256"),
                &EVP_PKEY_free);
  const X509Pointer made(X509_new(), &X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), wish.begins * day);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), wish.days * day);
  X509_set_pubkey(made.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.common_name.data()),
                             int(wish.common_name.size()), -1, 0);
  if (!wish.names.empty())
    extend(made.get(), NID_subject_alt_name, wish.names);
  if (wish.authority)
    extend(made.get(), NID_basic_constraints, "critical,CA:TRUE");

  Key signer(nullptr, &EVP_PKEY_free);
  if (issuer) {
    const X509Pointer above(
        PEM_read_X509(open_file(issuer->file, "r").get(), nullptr, nullptr, nullptr), &X509_free);
    signer.reset(PEM_read_PrivateKey(open_file(issuer->key, "r").get(), nullptr, nullptr, nullptr));
    X509_set_issuer_name(made.get(), X509_get_subject_name(above.get()));
  } else {
    X509_set_issuer_name(made.get(), subject);
  }
  if (!X509_sign(made.get(), signer ? signer.get() : key.get(), EVP_sha256()))
    throw std::runtime_error("no certificate for " + wish.names);

  Certificate files{folder / (stem + ".pem"), folder / (stem + "-key.pem")};
  PEM_write_X509(open_file(files.file, "w").get(), made.get());
  PEM_write_PrivateKey(open_file(files.key, "w").get(), key.get(), nullptr, nullptr, 0, nullptr,
                       nullptr);
  return files;
}

// Self-signed. `name`: a subjectAltName such as "IP:127.0.0.1" or "DNS:login.example". Valid from a
// week ago until `days` from now.
inline Certificate make_certificate(const std::filesystem::path& folder, const std::string& name,
                                    int days = 1) {
  return make_certificate(folder, "certificate", CertificateWish{.names = name, .days = days});
}

}  // namespace tenantscope
