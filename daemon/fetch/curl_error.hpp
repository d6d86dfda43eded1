// What libcurl's errors mean to us.
#pragma once

#include <curl/curl.h>

#include "base/result.hpp"

namespace tenantscope {

ErrorKind kind_of(CURLcode code);
bool tells_overlong_line(CURLcode code);  // a single line of over 100 KB

}  // namespace tenantscope
