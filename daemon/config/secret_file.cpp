#include "config/secret_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include "base/cleansed.hpp"
#include "base/text/base64.hpp"
#include "base/text/encoding.hpp"
#include "base/text_file.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view key_prefix = "whsec_";
constexpr std::size_t largest_secret = 64 * kib;

}  // namespace

std::filesystem::path secret_path(const std::filesystem::path& folder,
                                  const std::filesystem::path& written) {
  auto own = std::filesystem::absolute(folder / written).lexically_normal();
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  std::error_code ignored;
  if (!credentials || written.is_absolute() || std::filesystem::exists(own, ignored))
    return own;
  const auto handed = std::filesystem::path(credentials) / written;
  return std::filesystem::exists(handed, ignored) ? handed : own;
}

Result<std::string> read_secret(const std::filesystem::path& path, Duration patience,
                                const Cancelled& cancelled) {
  Result<std::string> text =
      read_text_file(path, {.bytes = largest_secret, .patience = patience, .cancelled = cancelled});
  if (!text)
    return Error{ErrorKind::io, fmt::format("{}: the secret can't be read: {}", path.native(),
                                            text.error().detail)};
  if (text->starts_with(utf8_mark) || text->starts_with("\xFF\xFE") ||
      text->starts_with("\xFE\xFF"))
    return Error{ErrorKind::io,
                 fmt::format("{}: the secret begins with a byte order mark, as some editors and "
                             "PowerShell write: save it as UTF-8 without one",
                             path.native())};
  while (text->ends_with('\n') || text->ends_with('\r'))
    text->pop_back();
  if (text->empty())
    return Error{ErrorKind::io, fmt::format("{}: the secret is empty", path.native())};
  if (std::ranges::any_of(*text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }))
    return Error{
        ErrorKind::io,
        fmt::format("{}: the secret has to be one line without control characters", path.native())};
  return text;
}

Result<std::string> read_signing_key(const std::filesystem::path& path, Duration patience,
                                     const Cancelled& cancelled) {
  Result<std::string> secret = read_secret(path, patience, cancelled);
  if (!secret)
    return secret.error();
  const Cleansing at_the_end(*secret);
  std::string_view text = *secret;
  if (text.starts_with(key_prefix))
    text.remove_prefix(key_prefix.size());
  auto key = decode_base64(text);
  if (key && !key->empty())
    return std::move(*key);
  return Error{ErrorKind::io, fmt::format("{}: a signing secret is `whsec_` and base64; make one "
                                          "with: echo whsec_$(openssl rand -base64 32)",
                                          path.native())};
}

std::optional<std::string> refuse_secret_name(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored))
    return std::nullopt;
  return "the secret's file isn't there; its name isn't shown, as it may be the secret";
}

}  // namespace tenantscope
