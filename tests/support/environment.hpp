// Variables of the environment for a test. REQUIRES: no other thread is reading the environment.
#pragma once

#include <cstdlib>
#include <string>

namespace tenantscope {

inline void set_variable(const char* name, const std::string& value) {
  ::setenv(name, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): see REQUIRES
}

inline void unset_variable(const char* name) {
  ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe): see REQUIRES
}

}  // namespace tenantscope
