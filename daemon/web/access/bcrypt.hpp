// Passwords against bcrypt hashes (libxcrypt). Slow, as it is meant to be. Any thread.
#pragma once

#include <string>

namespace tenantscope {

inline constexpr std::size_t longest_password = 72;  // bcrypt looks no further

// REQUIRES: `hash` has bcrypt's form, "$2b$10$" and 53 characters; `password` has no NUL in it and
// isn't longer than longest_password.
bool bcrypt_matches(const std::string& hash, const std::string& password);

}  // namespace tenantscope
