#include "web/tls/client_policy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace tenantscope {
namespace {

// What a handshake has to know; it goes with the SSL_CTX, which connections may keep alive.
struct Judgement {
  bool verifies = false;
  std::vector<std::string> allowed_sans;
};

void free_judgement(void*, void* judgement, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<Judgement*>(judgement);
}

int judgement_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_judgement);
  return index;
}

std::string text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          std::size_t(ASN1_STRING_length(string))};
}

std::string shown_ip(const unsigned char* bytes, std::size_t size) {
  constexpr unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (size == 16 && std::memcmp(bytes, mapped, sizeof mapped) == 0)
    return shown_ip(bytes + sizeof mapped, 4);
  char text[INET6_ADDRSTRLEN] = "";
  if (size == 4)
    ::inet_ntop(AF_INET, bytes, text, sizeof text);
  if (size == 16)
    ::inet_ntop(AF_INET6, bytes, text, sizeof text);
  return text;
}

int judge(X509_STORE_CTX* chain, void* rules) {
  const auto& judgement = *static_cast<const Judgement*>(rules);
  if (judgement.verifies && X509_verify_cert(chain) != 1)
    return 0;
  if (judgement.allowed_sans.empty())
    return 1;
  const auto names = subject_names(*X509_STORE_CTX_get0_cert(chain));
  if (std::ranges::find_first_of(names, judgement.allowed_sans) != names.end())
    return 1;
  X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

bool trust(SSL_CTX& tls, const ClientRules& rules) {
  X509_STORE* store = SSL_CTX_get_cert_store(&tls);
  X509_STORE_set_flags(
      store, X509_V_FLAG_PARTIAL_CHAIN);  // an intermediate authority may be all that is trusted
  if (rules.authorities.empty())
    return !verifies(rules.policy) || SSL_CTX_set_default_verify_paths(&tls) == 1;
  for (const CertificatePointer& authority : rules.authorities)
    if (X509_STORE_add_cert(store, authority.get()) != 1 ||
        SSL_CTX_add_client_CA(&tls, authority.get()) != 1)
      return false;
  return true;
}

const Judgement* judgement_of(const SSL_CTX& tls) {
  return static_cast<const Judgement*>(SSL_CTX_get_ex_data(&tls, judgement_index()));
}

std::string subject_of(const X509& certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new(BIO_s_mem()), &BIO_free);
  X509_NAME_print_ex(text.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
  char* begin = nullptr;
  const long size = BIO_get_mem_data(text.get(), &begin);
  return size > 0 ? std::string(begin, std::size_t(size)) : "a certificate without a name";
}

}  // namespace

std::string comparable_san(const std::string& written) {
  unsigned char bytes[sizeof(in6_addr)];
  if (::inet_pton(AF_INET, written.c_str(), bytes) == 1)
    return shown_ip(bytes, 4);
  if (::inet_pton(AF_INET6, written.c_str(), bytes) == 1)
    return shown_ip(bytes, 16);
  return written;
}

std::vector<std::string> subject_names(const X509& certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(all.get(), i);
    if (name.type == GEN_DNS || name.type == GEN_EMAIL || name.type == GEN_URI)
      names.push_back(text_of(name.d.ia5));
    if (name.type == GEN_IPADD)
      names.push_back(
          shown_ip(ASN1_STRING_get0_data(name.d.ip), std::size_t(ASN1_STRING_length(name.d.ip))));
  }
  return names;
}

std::string trusted_client(const SSL& tls) {
  const Judgement* judgement = judgement_of(*SSL_get_SSL_CTX(&tls));
  const CertificatePointer shown(SSL_get1_peer_certificate(&tls));
  if (!judgement || !judgement->verifies || !shown || SSL_get_verify_result(&tls) != X509_V_OK)
    return {};
  const std::vector<std::string> names = subject_names(*shown);
  return names.empty() || names.front().empty() ? subject_of(*shown) : names.front();
}

bool lets_in_trusted_only(const SSL_CTX& tls) {
  const Judgement* judgement = judgement_of(tls);
  return judgement && judgement->verifies &&
         (SSL_CTX_get_verify_mode(&tls) & SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
}

bool obey(SSL_CTX& tls, const ClientRules& rules) {
  if (rules.policy == ClientPolicy::none)
    return true;
  auto judgement =
      std::make_unique<Judgement>(Judgement{verifies(rules.policy), rules.allowed_sans});
  if (SSL_CTX_set_ex_data(&tls, judgement_index(), judgement.get()) != 1)
    return false;
  SSL_CTX_set_cert_verify_callback(&tls, judge, judgement.release());
  SSL_CTX_set_verify(
      &tls,
      SSL_VERIFY_PEER | (requires_certificate(rules.policy) ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
      nullptr);
  return trust(tls, rules);
}

}  // namespace tenantscope
