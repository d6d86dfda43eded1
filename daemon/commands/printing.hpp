// What commands say to people and scripts. Where it came from doesn't matter: a document, an
// authority, a list, a daemon, a storage; nothing in it is obeyed by a terminal.
#pragma once

#include <string_view>

namespace tenantscope {

// To standard output. Lines stay lines; what isn't visible otherwise is an escape, as in JSON.
void print(std::string_view text);
// Likewise, to standard error.
void complain(std::string_view text);

// A line to standard output: the name, indented and filled up to `width`, and the value, which is
// cut where it is over 4,096 characters.
void print_field(std::string_view name, std::string_view value, int width = 12);

}  // namespace tenantscope
