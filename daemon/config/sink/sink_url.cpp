#include "config/sink/sink_url.hpp"

#include <fmt/format.h>

#include "base/cleansed.hpp"
#include "base/text/quotation.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

void warn_of_plain_http(const YamlNode& node, const Origin& origin, std::string_view shown,
                        FileFindings& warnings) {
  if (origin.scheme == "http" && !origin.loopback)
    warnings.add(node, fmt::format("{} is reached over plain http: whoever is in between can read "
                                   "and change what is sent; use https:// "
                                   "where that is possible",
                                   shown));
}

}  // namespace

std::optional<Url> read_sink_url(const YamlNode& node, std::string_view what,
                                 const SinkInput& input) {
  Result<Url> url = parse_url(node.scalar);
  if (!url) {
    const auto parts = split_url(node.scalar);
    const bool user = parts && !parts->user.empty();
    input.findings.add(
        node, fmt::format("{} {}{}", what, url.error().detail, user ? ": use `basic_auth`" : ""));
    return std::nullopt;
  }
  warn_of_plain_http(node, url->origin, quote(url->origin.host), input.warnings);
  return std::move(*url);
}

std::filesystem::path read_url_file(const YamlNode& node, std::string_view key,
                                    const SinkInput& input) {
  std::filesystem::path path = secret_path(input.folder, node.scalar);
  if (const auto refused = refuse_secret_name(path)) {
    input.findings.add(node, fmt::format("`{}`: {}", key, *refused));
    return path;
  }
  Result<std::string> secret = read_secret(path, secret_patience, input.findings.cancelled);
  if (!secret) {
    input.findings.add(node, fmt::format("`{}`: {}", key, secret.error().detail));
    return path;
  }
  const Cleansing at_the_end(*secret);
  const Result<Url> url = parse_url(*secret);
  if (!url)
    input.findings.add(
        node, fmt::format("`{}`: {}: the URL in it {}", key, path.native(), url.error().detail));
  else
    warn_of_plain_http(node, url->origin, fmt::format("the URL in {}", path.native()),
                       input.warnings);
  return path;
}

}  // namespace tenantscope
