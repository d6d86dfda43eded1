// Which tenant a request means by NAME or NAME@CLOUD: one of the table's, or one that nobody
// watches. Throws RefusedRequest.
#pragma once

#include <string>
#include <string_view>

#include "app/table.hpp"

namespace tenantscope {

struct TenantChoice {
  TenantKey key;                 // asked in `global` where nothing else is said
  std::string shown;             // the name, with @CLOUD where a cloud is said
  const Watch* watch = nullptr;  // nullptr: not watched
};

// `cloud` empty: not said apart. REQUIRES: the table's mutex is held, for as long as the watch is
// used.
TenantChoice choose_tenant(const Table& table, std::string_view written,
                           std::string_view cloud = {});

// The one that is watched; 404 where none is. REQUIRES as above.
const Watch& choose_watched(const Table& table, std::string_view written,
                            std::string_view cloud = {});

// For a tenant that nobody watches, where the request may not have others asked: 403.
[[noreturn]] void refuse_unconfigured(const TenantKey& key);

}  // namespace tenantscope
