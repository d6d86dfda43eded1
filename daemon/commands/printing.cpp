#include "commands/printing.hpp"

#include <iostream>

#include "base/text/visible.hpp"

namespace tenantscope {

void print(std::string_view text) { std::cout << visible_lines(text); }

void complain(std::string_view text) { std::cerr << visible_lines(text); }

}  // namespace tenantscope
