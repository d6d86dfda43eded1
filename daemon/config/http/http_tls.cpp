#include "config/http/http_tls.hpp"

#include <openssl/x509.h>

#include <optional>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/certificate_expiry.hpp"
#include "base/cleansed.hpp"
#include "base/clock.hpp"
#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "base/text_file.hpp"
#include "base/tls/pem.hpp"
#include "config/http/ca_file.hpp"
#include "config/named_value.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_pem = mib;

// Nothing where it can't be read; then there is a finding. `name` is what the file is called.
std::optional<std::string> read_pem_file(const YamlNode& node, const fs::path& path,
                                         const std::string& name, const HttpPlace& place) {
  if (std::error_code ignored; fs::is_fifo(path, ignored)) {
    place.findings.add(node, fmt::format("{} is a pipe; it has to be a file, because it is read "
                                         "anew as connections need it",
                                         name));
    return std::nullopt;
  }
  Result<std::string> text =
      read_text_file(path, {.bytes = largest_pem, .cancelled = place.findings.cancelled});
  if (text)
    return std::move(*text);
  place.findings.add(node, fmt::format("{} can't be read: {}", name, text.error().detail));
  return std::nullopt;
}

std::vector<CertificatePointer> read_own_certificate(const YamlNode& node, std::string_view key,
                                                     std::string& file, const HttpPlace& place) {
  file = secret_path(place.folder, node.scalar).native();
  const std::string name = fmt::format("`{}` {}", key, quote(file));
  const auto text = read_pem_file(node, file, name, place);
  if (!text)
    return {};
  Result<std::vector<CertificatePointer>> certificates = read_certificates(*text);
  if (certificates) {
    if (const auto ends = certificate_expiry(certificates->front().get());
        ends && *ends < wall_now())
      place.warnings.add(
          node, fmt::format("{} ended at {}: it needs a new certificate", name, rfc3339(*ends)));
    return std::move(*certificates);
  }
  place.findings.add(node, fmt::format("{} {}", name, certificates.error().detail));
  return {};
}

KeyPointer read_own_key(const YamlNode& node, std::string_view key_name, std::string& file,
                        const HttpPlace& place) {
  const fs::path path = secret_path(place.folder, node.scalar);
  file = path.native();
  if (const auto refused = refuse_secret_name(path)) {
    place.findings.add(node, fmt::format("`{}`: {}", key_name, *refused));
    return {};
  }
  const std::string name = fmt::format("`{}` {}", key_name, quote(file));
  auto text = read_pem_file(node, path, name, place);
  if (!text)
    return {};
  const Cleansing at_the_end(*text);
  Result<KeyPointer> key = read_private_key(*text);
  if (key)
    return std::move(*key);
  place.findings.add(node, fmt::format("{} {}", name, key.error().detail));
  return {};
}

// Empty: the URL's host.
std::string read_server_name(const YamlNode& node, const HttpPlace& place) {
  const auto origin = parse_origin("https://" + node.scalar);
  if (node.scalar.empty() || (origin && origin->port == 0 && !node.scalar.ends_with('/')))
    return node.scalar.empty() ? "" : origin->host;
  place.findings.add(node, fmt::format("`server_name` has to be a host's name, which the server's "
                                       "certificate has, not {}",
                                       quote(without_user(node.scalar))));
  return {};
}

LeastTls read_least_tls(const YamlNode& node, const HttpPlace& place) {
  constexpr Named<LeastTls> known[] = {{"TLS12", LeastTls::tls12}, {"TLS13", LeastTls::tls13}};
  if (node.scalar == "TLS10" || node.scalar == "TLS11") {
    place.findings.add(node, fmt::format("`min_version` can't be {}: TLS12 is the least, and the "
                                         "default",
                                         node.scalar));
    return {};
  }
  const auto* found = find_named(known, "TLS version", "the versions are", node, place.findings);
  return found ? found->value : LeastTls{};
}

}  // namespace

void read_own_pair(MapReader& map, OwnPairKeys keys, TlsClientSettings& tls,
                   const HttpPlace& place) {
  const auto unless_empty = [&](std::string_view key) {
    const YamlNode* node = map.text(key);
    return node && !node->scalar.empty() ? node : nullptr;
  };
  const YamlNode* cert_file = unless_empty(keys.certificate);
  const YamlNode* key_file = unless_empty(keys.key);
  if (bool(cert_file) != bool(key_file))
    return place.findings.add(
        cert_file ? *cert_file : *key_file,
        fmt::format("`{}` and `{}` need each other: write both", keys.certificate, keys.key));
  if (!cert_file)
    return;
  const auto certificates =
      read_own_certificate(*cert_file, keys.certificate, tls.cert_file, place);
  const KeyPointer key = read_own_key(*key_file, keys.key, tls.key_file, place);
  if (certificates.empty() || !key)
    return;
  if (X509_check_private_key(certificates.front().get(), key.get()) != 1) {
    (void)openssl_error();
    place.findings.add(*key_file, fmt::format("`{}` {} isn't the key of the certificate in `{}`",
                                              keys.key, quote(tls.key_file), keys.certificate));
  }
}

TlsClientSettings read_tls_client(const YamlNode& node, const HttpPlace& place) {
  MapReader map(node, "`tls_config`", place.findings);
  TlsClientSettings tls;
  if (const YamlNode* ca_file = map.text("ca_file"))
    tls.ca_file = read_ca_file(*ca_file, place.folder, place.findings);
  read_own_pair(map, {.certificate = "cert_file", .key = "key_file"}, tls, place);
  if (const YamlNode* name = map.text("server_name"))
    tls.server_name = read_server_name(*name, place);
  if (const YamlNode* version = map.text("min_version"))
    tls.min_version = read_least_tls(*version, place);
  map.refuse("insecure_skip_verify",
             "verification can't be switched off; name the certificate's issuer, or the "
             "certificate itself, at `ca_file`");
  map.refuse("max_version", "no version of TLS is too new");
  for (const auto& [key, file] :
       {std::pair("ca", "ca_file"), {"cert", "cert_file"}, {"key", "key_file"}})
    map.refuse(key, fmt::format("write it to a file, and that file's name at `{}`", file));
  map.refuse_unknown();
  return tls;
}

}  // namespace tenantscope
