#include "formats/yaml_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/serialize.hpp>
#include <cstdint>

#include "base/text/visible.hpp"

namespace tenantscope::yaml {

// What JSON writes as a string, YAML reads as one, but for escapes of two units.
std::string scalar(std::string_view text) {
  const std::string json =
      boost::json::serialize(boost::json::string_view(text.data(), text.size()));
  std::string yaml;
  for (std::string_view rest = json; !rest.empty();) {
    const Character character = take_character(rest);
    if (!character.visible && character.code > 0xffff)
      fmt::format_to(std::back_inserter(yaml), "\\U{:08x}", std::uint32_t(character.code));
    else
      append_visible(yaml, character);
  }
  return yaml;
}

std::string list(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string map(const std::vector<std::string>& items) {
  return fmt::format("{{{}}}", fmt::join(items, ", "));
}

}  // namespace tenantscope::yaml
