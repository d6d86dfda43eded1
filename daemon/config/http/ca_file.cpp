#include "config/http/ca_file.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <memory>

#include "base/text/quotation.hpp"
#include "base/text_file.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t largest_bundle = 16 * mib;

// As the fetcher will load it.
bool can_be_trusted(const std::filesystem::path& path) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> trust(X509_STORE_new(),
                                                                      X509_STORE_free);
  const bool loaded = X509_STORE_load_file(trust.get(), path.c_str()) == 1;
  ERR_clear_error();
  return loaded;
}

}  // namespace

std::string read_ca_file(const YamlNode& node, const std::filesystem::path& folder,
                         FileFindings& findings) {
  if (node.scalar.empty())
    return {};
  const std::filesystem::path path =
      std::filesystem::absolute(folder / node.scalar).lexically_normal();
  if (std::error_code ignored; std::filesystem::is_fifo(path, ignored)) {
    findings.add(node, fmt::format("`ca_file` {} is a pipe; it has to be a file, because it is "
                                   "read anew as connections need it",
                                   quote(path.native())));
    return path;
  }
  const Result<std::string> text =
      read_text_file(path, {.bytes = largest_bundle, .cancelled = findings.cancelled});
  if (!text)
    findings.add(node, fmt::format("`ca_file` {} can't be read: {}", quote(path.native()),
                                   text.error().detail));
  else if (text->find("-----BEGIN ") == std::string::npos)
    findings.add(
        node, fmt::format("`ca_file` {} holds no certificates in PEM form", quote(path.native())));
  else if (!can_be_trusted(path))
    findings.add(
        node,
        fmt::format(
            "`ca_file` {} holds something else than certificates in PEM form, or a broken one",
            quote(path.native())));
  return path;
}

}  // namespace tenantscope
