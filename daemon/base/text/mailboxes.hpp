// E-mail addresses of people, of which only the domain is shown or kept. Pure.
#pragma once

#include <string>
#include <string_view>

namespace tenantscope {

// What stands before an @ is left out, as it may be the name of an e-mail address' owner.
std::string without_mailboxes(std::string_view text);

}  // namespace tenantscope
