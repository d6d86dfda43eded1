#include "base/text/quotation.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest = 64;
constexpr char32_t no_break_space = 0xa0;

}  // namespace

std::string quote(std::string_view text) {
  std::string quotation = "`";
  for (std::size_t taken = 0; !text.empty();) {
    if (taken >= longest) {
      quotation += "...";
      break;
    }
    const Character character = take_character(text);
    taken += character.bytes.size();
    const bool seems_blank = character.code == no_break_space;
    if (seems_blank || (!character.visible && character.code < 0x80))  // as YAML has it
      fmt::format_to(std::back_inserter(quotation), "\\x{:02x}", std::uint32_t(character.code));
    else
      append_visible(quotation, character);
  }
  return quotation + "`";
}

}  // namespace tenantscope
