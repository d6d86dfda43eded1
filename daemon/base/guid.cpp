#include "base/guid.hpp"

#include <algorithm>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid.hpp>

namespace tenantscope {
namespace {

constexpr std::string_view hex = "0123456789abcdef";
constexpr bool dash_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

Guid from_boost(const boost::uuids::uuid& id) {
  Guid guid;
  std::copy(id.begin(), id.end(), guid.bytes.begin());
  return guid;
}

}  // namespace

std::optional<Guid> parse_guid(std::string_view text) {
  if (text.size() != 36)
    return std::nullopt;
  Guid guid;
  std::size_t at = 0;
  for (std::size_t byte = 0; byte < guid.bytes.size(); ++byte) {
    if (dash_before(byte) && text[at++] != '-')
      return std::nullopt;
    const int high = hex_value(text[at++]);
    const int low = hex_value(text[at++]);
    if (high < 0 || low < 0)
      return std::nullopt;
    guid.bytes[byte] = std::uint8_t(high * 16 + low);
  }
  return guid;
}

std::string to_string(const Guid& guid) {
  std::string text(36, '-');
  std::size_t at = 0;
  for (std::size_t byte = 0; byte < guid.bytes.size(); ++byte) {
    if (dash_before(byte))
      ++at;
    text[at++] = hex[guid.bytes[byte] >> 4];
    text[at++] = hex[guid.bytes[byte] & 15];
  }
  return text;
}

Guid name_based_guid(const Guid& name_space, std::string_view name) {
  boost::uuids::uuid space;
  std::copy(name_space.bytes.begin(), name_space.bytes.end(), space.begin());
  return from_boost(boost::uuids::name_generator_sha1(space)(name.data(), name.size()));
}

Guid random_guid() { return from_boost(boost::uuids::random_generator_pure()()); }

}  // namespace tenantscope
