// The lists of `tenant_urls` that were good last, in the storage: for a start without their
// servers. Any thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// What the storage has of these lists, by URL.
std::map<std::string, std::string> read_kept_lists(const std::filesystem::path& storage,
                                                   const std::vector<TenantUrl>& urls);

// What can't be kept is logged.
void keep_list(const std::filesystem::path& storage, const std::string& url,
               const std::string& text, const Log& log);
void log_not_kept(const std::filesystem::path& storage, const std::string& url,
                  const std::string& why, const Log& log);

}  // namespace tenantscope
