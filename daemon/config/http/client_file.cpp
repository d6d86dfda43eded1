#include "config/http/client_file.hpp"

#include <algorithm>

#include "base/text_file.hpp"
#include "config/http/http_client.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t largest_file = mib;

}  // namespace

LoadedHttpClient load_http_client(const std::filesystem::path& file) {
  LoadedHttpClient loaded;
  const Result<std::string> text = read_text_file(file, {.bytes = largest_file});
  if (!text) {
    loaded.errors.push_back(
        {file.string(), 1, 1, "the file can't be read: " + text.error().detail});
    return loaded;
  }
  FileFindings findings{file.string(), loaded.errors};
  FileFindings warnings{file.string(), loaded.warnings};
  YamlNode root = parse_yaml(*text, findings);
  refuse_emptiness(root, "the file", findings);
  MapReader map(root, "the file", findings);
  const std::filesystem::path folder = file.parent_path();
  loaded.client = read_http_client(
      map, {.folder = folder, .findings = findings, .warnings = warnings, .texts = true});
  map.refuse_unknown();
  std::ranges::stable_sort(loaded.errors);
  return loaded;
}

}  // namespace tenantscope
