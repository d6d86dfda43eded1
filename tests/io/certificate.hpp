// A self-signed certificate for a test's server; its file is what a client trusts it by.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
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

// `name`: a subjectAltName such as "IP:127.0.0.1" or "DNS:login.example". Valid from a week ago until `days` from now.
inline Certificate make_certificate(const std::filesystem::path& folder, const std::string& name, int days = 1) {
  constexpr long day = 24 * 60 * 60;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -7 * day);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), days * day);
  X509_set_pubkey(made.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(made.get());
  const std::string common_name = "tenantscope test";
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.data()), int(common_name.size()), -1, 0);
  X509_set_issuer_name(made.get(), subject);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> names(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str()), &X509_EXTENSION_free);
  if (!names || !X509_add_ext(made.get(), names.get(), -1) || !X509_sign(made.get(), key.get(), EVP_sha256()))
    throw std::runtime_error("no certificate for " + name);

  const Certificate files{folder / "certificate.pem", folder / "key.pem"};
  const std::unique_ptr<FILE, decltype(&std::fclose)> certificate_file(std::fopen(files.file.c_str(), "w"), &std::fclose);
  const std::unique_ptr<FILE, decltype(&std::fclose)> key_file(std::fopen(files.key.c_str(), "w"), &std::fclose);
  PEM_write_X509(certificate_file.get(), made.get());
  PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return files;
}

}  // namespace tenantscope
