#include "app/reload/list_version.hpp"

#include <algorithm>
#include <string_view>

namespace tenantscope {
namespace {

constexpr int not_modified = 304;

// As it came, where it can be sent at all: an end of a line in it would begin another header.
std::string sendable(std::string_view value) {
  const bool can_be = std::ranges::all_of(
      value, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
  return can_be ? std::string(value) : std::string();
}

}  // namespace

void ListVersion::remember(const FetchResponse& given) {
  etag_ = sendable(given.etag);
  last_modified_ = sendable(given.last_modified);
}

void ListVersion::ask(FetchRequest& request) const {
  if (!etag_.empty())
    request.headers.push_back("If-None-Match: " + etag_);
  if (!last_modified_.empty())
    request.headers.push_back("If-Modified-Since: " + last_modified_);
}

bool ListVersion::is_still(const FetchResponse& answer) const {
  return known() && answer.status == not_modified;
}

}  // namespace tenantscope
