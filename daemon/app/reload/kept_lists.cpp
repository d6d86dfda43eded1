#include "app/reload/kept_lists.hpp"

#include <fstream>
#include <system_error>
#include <utility>

#include "base/digest.hpp"
#include "base/text_file.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

// URLs are no file names, and may hold a secret.
fs::path kept_file(const fs::path& storage, const std::string& url) {
  return storage / "tenant-lists" / sha256_hex(url);
}

}  // namespace

std::map<std::string, std::string> read_kept_lists(const fs::path& storage,
                                                   const std::vector<TenantUrl>& urls) {
  std::map<std::string, std::string> lists;
  for (const TenantUrl& list : urls)
    if (auto text = read_text_file(kept_file(storage, list.url)))
      lists.emplace(list.url, std::move(*text));
  return lists;
}

// A list that is lost here is fetched again: it needs no fsync, only to be whole.
void keep_list(const fs::path& storage, const std::string& url, const std::string& text,
               const Log& log) {
  const fs::path file = kept_file(storage, url);
  std::error_code error;
  if (fs::create_directory(file.parent_path(), error))  // in a storage that is there
    fs::permissions(file.parent_path(), fs::perms::owner_all, error);
  const fs::path fresh = file.string() + ".new";
  std::ofstream out(fresh, std::ios::binary);
  out << text;
  out.close();
  if (out)
    fs::rename(fresh, file, error);
  if (!out || error)
    log_not_kept(storage, url, error ? error.message() : "it can't be written", log);
}

void log_not_kept(const fs::path& storage, const std::string& url, const std::string& why,
                  const Log& log) {
  log.warn("tenant list not kept for the next start",
           {{"file", kept_file(storage, url).native()}, {"err", why}});
}

}  // namespace tenantscope
