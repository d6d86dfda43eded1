#include "config/tenant_name.hpp"

#include <idn2.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/guid.hpp"
#include "base/text/ascii.hpp"
#include "domain/tenant.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_written = 4096;  // in bytes, of any script

Error refusal(std::string why) { return {ErrorKind::other, std::move(why)}; }

bool is_in_domains(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

// What people paste in place of a domain; the rest is refused once the name is in ASCII.
std::optional<std::string> refuse_character(std::string_view text) {
  for (char c : text) {
    if (is_in_domains(c))
      continue;
    if (c == ' ' || c == '\t')
      return "there is a space in it";
    if ((c >= 0 && c < ' ') || c == 0x7f)
      return "there is a control character in it";
    if (std::string_view("@/\\%:?#{}()[]<>|*\"'`,;&=+$!~^").find(c) != std::string_view::npos)
      return fmt::format("there is a `{}` in it; write a domain such as contoso.com, or a GUID", c);
  }
  return std::nullopt;
}

}  // namespace

Result<std::string> to_ascii_name(std::string_view name) {
  std::string lowered = lower(name);
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
  if (text.size() > longest_written)
    return refusal(fmt::format("longer than {} bytes", longest_written));
  if (const auto refused = refuse_character(text))
    return refusal(*refused);
  Result<std::string> name = to_ascii_name(text);
  if (!name)
    return name;
  if (name->size() > 1 && name->ends_with('.') && !name->ends_with(".."))
    name->pop_back();  // the root's dot
  if (const auto refused = refuse_tenant_name(*name))
    return refusal(*refused);
  return name;
}

}  // namespace tenantscope
