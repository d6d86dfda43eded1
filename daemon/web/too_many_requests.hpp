// The answer to who has to wait. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>

#include "web/response.hpp"

namespace tenantscope {

inline WebResponse too_many_requests(std::chrono::nanoseconds wait) {
  const auto seconds =
      std::max(std::chrono::ceil<std::chrono::seconds>(wait), std::chrono::seconds(1));
  return {.status = 429,
          .body = "too many requests\n",
          .headers = {{"Retry-After", std::to_string(seconds.count())}}};
}

}  // namespace tenantscope
