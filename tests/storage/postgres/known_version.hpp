// Which version of the shared ledger's tables this program knows, as tests choose it.
#pragma once

#include "support/next_pg_step.hpp"

namespace tenantscope {

extern std::int32_t known_pg_version;  // 1 or next_pg_version

// Until this goes.
class NextRelease {
 public:
  NextRelease() { known_pg_version = next_pg_version; }
  ~NextRelease() { known_pg_version = 1; }
  NextRelease(const NextRelease&) = delete;
  NextRelease& operator=(const NextRelease&) = delete;
};

}  // namespace tenantscope
