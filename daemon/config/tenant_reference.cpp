#include "config/tenant_reference.hpp"

#include <vector>

#include <fmt/format.h>

#include "base/text/ascii.hpp"
#include "base/text/quotation.hpp"
#include "base/text/suggestion.hpp"
#include "base/text/url.hpp"
#include "config/tenant_name.hpp"

namespace tenantscope {
namespace {

using Read = std::variant<TenantReference, NameRefusal>;
using Form = TenantReference::Form;

// What Entra ID puts into the user principal name of a guest, whose domain is the host's.
constexpr std::string_view guest_mark = "#EXT#";

bool has_guest_mark(std::string_view text) {
  for (auto hash = text.find('#'); hash != text.npos; hash = text.find('#', hash + 1))
    if (equal_ignoring_case(text.substr(hash, guest_mark.size()), guest_mark))
      return true;
  return false;
}

// Of "Anna Smith <anna@contoso.example>" what is in the brackets.
std::string_view without_display_name(std::string_view text) {
  const auto open = text.rfind('<');
  return open != text.npos && text.ends_with('>') ? text.substr(open + 1, text.size() - open - 2)
                                                  : text;
}

std::optional<std::string> refuse_mailbox(std::string_view mailbox) {
  if (mailbox.find_first_of(",;<> \t\r\n") != mailbox.npos)
    return "more than one e-mail address";
  if (mailbox.find('@') != mailbox.npos)
    return "there are two `@` in it";
  return std::nullopt;
}

// `about`: what may be said of the text, where that isn't the name.
Read read_name(std::string_view text, Form form, std::optional<std::string> cloud,
               std::string about = {}) {
  Result<std::string> name = read_tenant_name(text);
  if (!name)
    return NameRefusal{about.empty() ? quote(text) : std::move(about), name.error().detail};
  return TenantReference{std::move(*name), std::move(cloud), form};
}

// A whole e-mail address, with a dot after its last @.
Read read_address(std::string_view text, std::optional<std::string> cloud) {
  text = without_display_name(text);
  const auto at = text.rfind('@');
  const std::string_view domain = text.substr(at + 1);
  if (const auto refused = refuse_mailbox(text.substr(0, at)))
    return NameRefusal{fmt::format("what ends with {}", quote(text.substr(at))), *refused};
  return read_name(domain, Form::email, std::move(cloud));
}

bool is_address(std::string_view text) {
  const auto at = text.rfind('@');
  return at != text.npos && text.find('.', at) != text.npos;
}

// NAME@CLOUD, where NAME may be an address.
Read read_with_cloud(std::string_view text, std::size_t at, Form form) {
  const std::string_view before = text.substr(0, at);
  std::string cloud(text.substr(at + 1));
  std::string about = fmt::format("what is before {}", quote(text.substr(at)));
  if (cloud.empty())
    return NameRefusal{"a name with an `@` at its end", "there is no cloud after the `@`"};
  if (is_address(before))
    return read_address(before, std::move(cloud));
  return read_name(before, form, std::move(cloud), std::move(about));
}

Read read_url(const UrlParts& url) {
  if (!equal_ignoring_case(url.scheme, "https") && !equal_ignoring_case(url.scheme, "http"))
    return NameRefusal{fmt::format("what is at {}", quote(url.host)),
                       "a URL counts where it begins with https:// or http://"};
  std::string_view host = url.host;
  if (const auto colon = host.rfind(':');
      colon != host.npos && host.find_first_not_of("0123456789", colon + 1) == host.npos)
    host = host.substr(0, colon);
  if (!url.user.empty() && host.find('.') == host.npos)
    return read_name(url.user, Form::url, std::string(host),
                     fmt::format("what is before `@{}`", host));
  return read_name(host, Form::url, std::nullopt);
}

}  // namespace

std::string NameRefusal::text() const {
  return fmt::format("{} can't be a tenant: {}", about, why);
}

Read read_tenant_reference(std::string_view text) {
  if (has_guest_mark(text))
    return NameRefusal{"a guest's user principal name (#EXT#)",
                       "its domain is the host's; the guest's e-mail address has the guest's"};
  if (const auto url = split_url(text))
    return read_url(*url);
  const auto at = text.rfind('@');
  if (at == text.npos)
    return read_name(text, Form::name, std::nullopt);
  return is_address(text) ? read_address(text, std::nullopt)
                          : read_with_cloud(text, at, Form::name);
}

Result<TenantReference> parse_tenant_reference(std::string_view text) {
  Read read = read_tenant_reference(text);
  if (const auto* refusal = std::get_if<NameRefusal>(&read))
    return Error{ErrorKind::other, refusal->text()};
  return std::get<TenantReference>(std::move(read));
}

std::optional<std::string> refuse_form(const TenantReference& reference) {
  switch (reference.form) {
    case Form::name:
      break;
    case Form::email:
      return fmt::format("an e-mail address is no tenant: write its domain, `{}`",
                         reference.shown());
    case Form::url:
      return fmt::format("a URL is no tenant: write its host, `{}`", reference.shown());
  }
  return std::nullopt;
}

std::string unknown_cloud(const Clouds& clouds, std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(clouds.size());
  for (const Cloud& cloud : clouds)
    names.push_back(cloud.name);
  return fmt::format("unknown cloud {}{}", quote(name), suggestion(name, names, "the clouds are"));
}

std::string name_needle(std::string_view written) {
  std::string needle = lower(trimmed(written));
  if (is_address(needle))
    needle.erase(0, needle.rfind('@') + 1);
  return needle;
}

}  // namespace tenantscope
