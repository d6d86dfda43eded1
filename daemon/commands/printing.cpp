#include "commands/printing.hpp"

#include <iostream>

#include <fmt/format.h>

#include "base/text/plain_text.hpp"
#include "base/text/visible.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_value = 4096;

}  // namespace

void print(std::string_view text) { std::cout << visible_lines(text); }

void complain(std::string_view text) { std::cerr << visible_lines(text); }

void print_field(std::string_view name, std::string_view value, int width) {
  print(fmt::format("  {:<{}}{}\n", name, width, plain_text(value, longest_value)));
}

}  // namespace tenantscope
