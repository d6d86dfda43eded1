#include "base/text/accept.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/text/ascii.hpp"

namespace tenantscope {
namespace {

// The parts between `separator`s, which don't separate within quotes: at least one.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == separator && !quoted)) {
      parts.push_back(trimmed(text.substr(begin, i - begin), " \t"));
      begin = i + 1;
    } else if (text[i] == '\\' && quoted && i + 1 < text.size()) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    }
  }
  return parts;
}

std::optional<double> read_quality(std::string_view text) {
  double quality = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), quality, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || !(quality >= 0 && quality <= 1))
    return std::nullopt;
  return quality;
}

// "name;version=1;q=0.5"
struct Element {
  std::string_view name;
  std::string_view version;
  double quality = 1;
};

std::optional<Element> read_element(std::string_view text) {
  const auto parts = split(text, ';');
  Element element{.name = parts.front(), .version = {}};
  if (element.name.empty())
    return std::nullopt;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto equals = parts[i].find('=');
    if (equals == std::string_view::npos)
      continue;
    const std::string_view name = trimmed(parts[i].substr(0, equals), " \t");
    std::string_view value = trimmed(parts[i].substr(equals + 1), " \t");
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (equal_ignoring_case(name, "version"))
      element.version = value;
    if (!equal_ignoring_case(name, "q"))
      continue;
    const auto quality = read_quality(value);
    if (!quality)
      return std::nullopt;
    element.quality = *quality;
  }
  return element;
}

std::vector<Element> read_elements(std::string_view header) {
  std::vector<Element> elements;
  for (const std::string_view text : split(header, ','))
    if (const auto element = read_element(text))
      elements.push_back(*element);
  return elements;
}

// How closely a range fits: 4 with the version, 3 by name, 2 by its type, 1 by */*; 0: not at all.
int fit(const Element& range, const MediaType& offered) {
  if (equal_ignoring_case(range.name, offered.type)) {
    if (range.version.empty())
      return 3;
    return range.version == offered.version ? 4 : 0;
  }
  if (!range.version.empty())
    return 0;
  const std::string whole_type = std::string(offered.type.substr(0, offered.type.find('/'))) + "/*";
  if (equal_ignoring_case(range.name, whole_type))
    return 2;
  return range.name == "*/*" ? 1 : 0;
}

}  // namespace

Acceptance acceptance(std::string_view accept, const MediaType& offered) {
  if (accept.find_first_not_of(" \t,") == accept.npos)
    return {.quality = 1, .named = false};
  Acceptance best;
  int best_fit = 0;
  for (const Element& range : read_elements(accept)) {
    const int fits = fit(range, offered);
    if (fits == 0 || fits < best_fit)
      continue;
    const double quality = fits == best_fit ? std::max(best.quality, range.quality) : range.quality;
    best = {.quality = quality, .named = fits >= 3};
    best_fit = fits;
  }
  return best;
}

CodingChoice choose_coding(std::string_view accept_encoding) {
  std::optional<double> gzip, identity, others;
  for (const Element& element : read_elements(accept_encoding)) {
    if (equal_ignoring_case(element.name, "gzip") || equal_ignoring_case(element.name, "x-gzip"))
      gzip = element.quality;
    if (equal_ignoring_case(element.name, "identity"))
      identity = element.quality;
    if (element.name == "*")
      others = element.quality;
  }
  const double wanted = gzip.value_or(others.value_or(0));
  const double as_it_is = identity.value_or(others == 0.0 ? 0 : 1);
  // One that isn't named at all is merely allowed.
  if (wanted > 0 && (!identity || wanted >= as_it_is))
    return {.coding = ContentCoding::gzip, .required = as_it_is == 0};
  return {};
}

}  // namespace tenantscope
