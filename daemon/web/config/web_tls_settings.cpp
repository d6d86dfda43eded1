#include "web/config/web_tls_settings.hpp"

#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/named_value.hpp"
#include "web/config/web_cryptography.hpp"
#include "web/config/web_pem_source.hpp"
#include "web/tls/tls_context.hpp"

namespace tenantscope {
namespace {

constexpr std::array policies{
    Named<ClientPolicy>{"NoClientCert", ClientPolicy::none},
    Named<ClientPolicy>{"RequestClientCert", ClientPolicy::request},
    Named<ClientPolicy>{"RequireAnyClientCert", ClientPolicy::require_any},
    Named<ClientPolicy>{"VerifyClientCertIfGiven", ClientPolicy::verify_if_given},
    Named<ClientPolicy>{"RequireAndVerifyClientCert", ClientPolicy::require_and_verify},
};
constexpr std::string_view old_require_any =
    "RequireClientCert";  // the exporter-toolkit's first name for it

class TlsReader {
 public:
  TlsReader(const YamlNode& node, WebConfigInputs inputs, FileFindings& findings,
            FileFindings& warnings)
      : node_(node),
        map_(node, "`tls_server_config`", findings),
        inputs_(inputs),
        findings_(findings),
        warnings_(warnings) {}

  std::shared_ptr<SSL_CTX> read();

 private:
  void read_identity();
  void read_clients();
  void read_allowed_sans(bool type_known);
  void warn_of_dates(const PemSource& source);
  void refuse_other_key(const PemSource& key);

  const YamlNode& node_;
  MapReader map_;
  WebConfigInputs inputs_;
  FileFindings& findings_;
  FileFindings& warnings_;
  const YamlNode* certificate_ = nullptr;
  TlsSettings settings_;
};

std::shared_ptr<SSL_CTX> TlsReader::read() {
  const std::size_t before = findings_.all.size();
  read_identity();
  read_clients();
  read_cryptography(map_, settings_, findings_, warnings_);
  map_.refuse_unknown();
  if (findings_.all.size() != before || node_.kind != YamlNode::Kind::map)
    return nullptr;
  auto tls = make_tls(settings_);
  if (!tls) {
    findings_.add(*certificate_, fmt::format("OpenSSL refuses this certificate or its key: {}",
                                             tls.error().detail));
    return nullptr;
  }
  judge_cryptography(**tls, settings_, node_, findings_, warnings_);
  return std::move(*tls);
}

void TlsReader::read_identity() {
  const auto has_any = [this](std::string_view text, std::string_view file) {
    const auto given = [this](std::string_view key) {
      const YamlNode* value = node_.find(key);
      return value && (value->kind != YamlNode::Kind::scalar || !value->scalar.empty());
    };
    return given(text) || given(file);
  };
  const auto certificate = read_pem_source(map_, {"cert", "cert_file"}, inputs_, findings_);
  const auto key = read_pem_source(map_, {"key", "key_file"}, inputs_, findings_);
  if (node_.kind == YamlNode::Kind::map && !has_any("cert", "cert_file"))
    findings_.add(node_, "`tls_server_config` needs a `cert_file` or a `cert`");
  if (node_.kind == YamlNode::Kind::map && !has_any("key", "key_file"))
    findings_.add(node_, "`tls_server_config` needs a `key_file` or a `key`");

  if (certificate) {
    certificate_ = certificate->node;
    auto chain = read_certificates(certificate->text);
    if (chain)
      settings_.chain = std::move(*chain);
    else
      findings_.add(*certificate->node,
                    fmt::format("{} {}", certificate->name, chain.error().detail));
    if (chain)
      warn_of_dates(*certificate);
  }
  if (!key)
    return;
  auto read = read_private_key(key->text);
  if (!read)
    return findings_.add(*key->node, fmt::format("{} {}", key->name, read.error().detail));
  settings_.key = std::move(*read);
  if (!settings_.chain.empty())
    refuse_other_key(*key);
}

void TlsReader::refuse_other_key(const PemSource& key) {
  const auto fits = [this](const CertificatePointer& certificate) {
    return X509_check_private_key(certificate.get(), settings_.key.get()) == 1;
  };
  const bool first = fits(settings_.chain.front());
  const bool later = !first && std::ranges::any_of(settings_.chain, fits);
  openssl_error();
  if (first)
    return;
  findings_.add(
      *key.node,
      fmt::format("{} isn't the key of the certificate{}", key.name,
                  later ? ", but of one further down: the server's own has to be the first"
                        : ": they have to be of one pair"));
}

void TlsReader::warn_of_dates(const PemSource& source) {
  const X509* own = settings_.chain.front().get();
  if (X509_cmp_current_time(X509_get0_notAfter(own)) < 0)
    warnings_.add(*source.node, fmt::format("{} has expired: clients will refuse it", source.name));
  if (X509_cmp_current_time(X509_get0_notBefore(own)) > 0)
    warnings_.add(*source.node,
                  fmt::format("{} isn't valid yet: clients will refuse it", source.name));
}

void TlsReader::read_clients() {
  ClientRules& clients = settings_.clients;
  const YamlNode* type = map_.text("client_auth_type");
  bool type_known = type || !map_.has("client_auth_type");
  if (type && type->scalar == old_require_any) {
    clients.policy = ClientPolicy::require_any;
  } else if (type && !type->scalar.empty()) {
    const auto* known = find_named(policies, "client_auth_type", "the types are", *type, findings_);
    type_known = known != nullptr;
    if (known)
      clients.policy = known->value;
  }

  const auto authority = read_pem_source(map_, {"client_ca", "client_ca_file"}, inputs_, findings_);
  if (authority) {
    auto authorities = read_certificates(authority->text);
    if (authorities)
      clients.authorities = std::move(*authorities);
    else
      findings_.add(*authority->node,
                    fmt::format("{} {}", authority->name, authorities.error().detail));
    if (type_known && clients.policy == ClientPolicy::none)
      findings_.add(
          *authority->node,
          fmt::format(
              "{} is for nothing without a `client_auth_type` that asks for certificates: write "
              "RequireAndVerifyClientCert",
              authority->name));
  } else if (verifies(clients.policy) && !map_.has("client_ca") && !map_.has("client_ca_file")) {
    warnings_.add(
        *type,
        fmt::format("{} without a `client_ca_file` trusts every authority that this system trusts",
                    type->scalar));
  }
  if (clients.policy == ClientPolicy::require_any ||
      (authority && clients.policy == ClientPolicy::request))
    warnings_.add(*type, fmt::format("{} verifies nothing: any certificate is taken, from "
                                     "whomever; write RequireAndVerifyClientCert",
                                     type->scalar));
  read_allowed_sans(type_known);
}

void TlsReader::read_allowed_sans(bool type_known) {
  const YamlNode* sans = map_.list("client_allowed_sans");
  if (!sans)
    return;
  if (sans->items.empty())
    findings_.add(*sans,
                  "`client_allowed_sans` names nobody, so that nobody could connect: leave it off "
                  "to let everybody in who is trusted");
  for (const YamlNode& item : sans->items) {
    const YamlNode* san = text_item(item, "an allowed SAN", findings_);
    if (san && san->scalar.empty())
      findings_.add(*san, "an allowed SAN can't be empty");
    if (san)
      settings_.clients.allowed_sans.push_back(comparable_san(san->scalar));
  }
  if (type_known && !requires_certificate(settings_.clients.policy))
    findings_.add(*sans,
                  "`client_allowed_sans` needs the `client_auth_type` RequireAndVerifyClientCert: "
                  "with others a client may come without a certificate");
}

}  // namespace

std::shared_ptr<SSL_CTX> read_tls_settings(const YamlNode& node, WebConfigInputs inputs,
                                           FileFindings& findings, FileFindings& warnings) {
  return TlsReader(node, std::move(inputs), findings, warnings).read();
}

}  // namespace tenantscope
