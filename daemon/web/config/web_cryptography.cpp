#include "web/config/web_cryptography.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/named_value.hpp"
#include "web/tls/cipher_suites.hpp"
#include "web/tls/tls_trial.hpp"

namespace tenantscope {
namespace {

constexpr std::array versions{
    Named<int>{"TLS10", TLS1_VERSION}, Named<int>{"TLS11", TLS1_1_VERSION},
    Named<int>{"TLS12", TLS1_2_VERSION}, Named<int>{"TLS13", TLS1_3_VERSION}};

std::optional<int> read_version(const YamlNode* node, FileFindings& findings) {
  if (!node || node->scalar.empty())
    return std::nullopt;
  const auto* known = find_named(versions, "version", "the versions are", *node, findings);
  return known ? std::optional(known->value) : std::nullopt;
}

void read_versions(MapReader& map, TlsSettings& settings, FileFindings& findings) {
  const YamlNode* least = map.text("min_version");
  const YamlNode* most = map.text("max_version");
  settings.min_version = read_version(least, findings).value_or(settings.min_version);
  settings.max_version = read_version(most, findings).value_or(settings.max_version);
  if (settings.min_version > settings.max_version)
    findings.add(most ? *most : *least,
                 "`max_version` is below `min_version`, which is TLS12 where it isn't given");
}

// nullptr: it was refused.
const CipherSuite* read_suite(const YamlNode& item, FileFindings& findings,
                              FileFindings& warnings) {
  const YamlNode* text = text_item(item, "a cipher suite", findings);
  if (!text)
    return nullptr;
  const auto refused = std::ranges::find(refused_cipher_suites(), std::string_view(text->scalar),
                                         &RefusedCipherSuite::name);
  if (refused != refused_cipher_suites().end()) {
    findings.add(item, fmt::format("{} isn't offered: {}", refused->name, refused->reason));
    return nullptr;
  }
  const CipherSuite* suite =
      find_named(cipher_suites(), "cipher suite", "the suites are", *text, findings);
  if (!suite)
    return nullptr;
  if (suite->standing == CipherSuite::Standing::no_forward_secrecy)
    warnings.add(
        item,
        fmt::format(
            "{} has no forward secrecy: whoever gets the key can read what was recorded before",
            suite->name));
  if (suite->standing == CipherSuite::Standing::tls13 || !openssl_cipher(suite->name).empty())
    return suite;
  findings.add(item, fmt::format("{} isn't offered by OpenSSL here", suite->name));
  return nullptr;
}

std::vector<const CipherSuite*> read_suites(const YamlNode& list, FileFindings& findings,
                                            FileFindings& warnings) {
  std::vector<const CipherSuite*> suites;
  for (const YamlNode& item : list.items)
    if (const CipherSuite* suite = read_suite(item, findings, warnings))
      suites.push_back(suite);
  return suites;
}

std::vector<const CipherSuite*> usual_suites() {
  std::vector<const CipherSuite*> suites;
  for (const CipherSuite& suite : cipher_suites())
    if (suite.standing == CipherSuite::Standing::good && !openssl_cipher(suite.name).empty())
      suites.push_back(&suite);
  return suites;
}

// TLS 1.3's suites are named in vain, as in Go: all of them are offered.
void read_ciphers(MapReader& map, TlsSettings& settings, FileFindings& findings,
                  FileFindings& warnings) {
  const YamlNode* list = map.list("cipher_suites");
  const bool chosen = list && !list->items.empty();
  std::vector<std::string> ciphers;
  for (const CipherSuite* suite : chosen ? read_suites(*list, findings, warnings) : usual_suites())
    if (suite->standing != CipherSuite::Standing::tls13)
      ciphers.push_back(openssl_cipher(suite->name));
  settings.ciphers = fmt::format("{}", fmt::join(ciphers, ":"));
}

void read_curves(MapReader& map, TlsSettings& settings, FileFindings& findings) {
  const YamlNode* list = map.list("curve_preferences");
  if (!list)
    return;
  std::vector<std::string_view> groups;
  for (const YamlNode& item : list->items) {
    const YamlNode* text = text_item(item, "a curve", findings);
    if (const auto* curve =
            text ? find_named(curves(), "curve", "the curves are", *text, findings) : nullptr)
      groups.push_back(curve->openssl);
  }
  settings.groups = fmt::format("{}", fmt::join(groups, ":"));
}

bool anybody_could_connect(SSL_CTX& tls, const TlsSettings& settings) {
  return std::ranges::any_of(versions, [&](const Named<int>& version) {
    return version.value >= settings.min_version && version.value <= settings.max_version &&
           speaks(tls, version.value);
  });
}

}  // namespace

void read_cryptography(MapReader& map, TlsSettings& settings, FileFindings& findings,
                       FileFindings& warnings) {
  read_versions(map, settings, findings);
  read_ciphers(map, settings, findings, warnings);
  read_curves(map, settings, findings);
  map.boolean("prefer_server_cipher_suites", settings.prefer_server_ciphers);
}

void judge_cryptography(SSL_CTX& tls, const TlsSettings& settings, const YamlNode& node,
                        FileFindings& findings, FileFindings& warnings) {
  const YamlNode* least = node.find("min_version");
  if (!anybody_could_connect(tls, settings))
    findings.add(node,
                 "nobody could connect: what the certificate, the versions, `cipher_suites` and "
                 "`curve_preferences` leave, OpenSSL here can't do or "
                 "its policy forbids");
  else if (least && !speaks(tls, settings.min_version))
    warnings.add(*least, fmt::format("{} is never spoken: OpenSSL here can't, its policy forbids "
                                     "it, or no cipher suite is left for it",
                                     least->scalar));
}

}  // namespace tenantscope
