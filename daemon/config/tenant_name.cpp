#include "config/tenant_name.hpp"

#include <idn2.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/guid.hpp"
#include "base/text/quotation.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {
namespace {

Error refusal(std::string_view text, std::string_view why) {
  return {ErrorKind::other, fmt::format("{} can't be a tenant: {}", quote(text), why)};
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// What people paste in place of a domain; the rest is refused once the name is in ASCII.
std::optional<std::string> refuse_character(std::string_view text) {
  if (text.find("://") != std::string_view::npos)
    return "a URL; write the domain alone, such as contoso.com";
  for (char c : text) {
    if (c == ' ' || c == '\t')
      return "there is a space in it";
    if ((c >= 0 && c < ' ') || c == 0x7f)
      return "there is a control character in it";
    if (c == '@')
      return "there is an `@` in it; write the domain alone, such as contoso.com";
    if (std::string_view("/\\%:?#{}()[]<>|*\"'`,;&=+$!~^").find(c) != std::string_view::npos)
      return fmt::format("there is a `{}` in it; write a domain such as contoso.com, or a GUID", c);
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> to_ascii_name(std::string_view name) {
  std::string lowered(name);
  std::ranges::transform(lowered, lowered.begin(), lower);
  if (std::ranges::all_of(lowered, is_ascii) && lowered.find("xn--") == std::string::npos)
    return lowered;
  if (lowered.find('\0') != std::string::npos)
    return Error{ErrorKind::other, "there is a control character in it"};

  char* converted = nullptr;
  const int code =
      idn2_to_ascii_8z(lowered.c_str(), &converted, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  const std::unique_ptr<char, void (*)(void*)> owner(converted, idn2_free);
  if (code != IDN2_OK)
    return Error{ErrorKind::other,
                 fmt::format("not an international domain name ({})", idn2_strerror(code))};
  return std::string(converted);
}

Result<std::string> read_tenant_name(std::string_view text) {
  if (const auto refused = refuse_character(text))
    return refusal(text, *refused);
  Result<std::string> name = to_ascii_name(text);
  if (!name)
    return refusal(text, name.error().detail);
  if (name->size() > 1 && name->ends_with('.') && !name->ends_with(".."))
    name->pop_back();  // the root's dot
  if (const auto refused = refuse_tenant_name(*name))
    return refusal(text, *refused);
  return name;
}

}  // namespace tenantscope
