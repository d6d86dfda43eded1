#include "app/reload/file_looks.hpp"

#include <utility>

namespace tenantscope {
namespace {

constexpr int looks_at_refused = 12;

}  // namespace

bool FileLooks::look(const std::vector<FileStamp>& now) {
  const bool at_rest = now == seen_;
  seen_ = now;
  restless_ = at_rest ? 0 : restless_ + 1;
  if (!at_rest)
    return false;
  if (read_ != now)
    return true;
  return refused_ && ++idle_ % looks_at_refused == 0;
}

void FileLooks::read(std::vector<FileStamp> files, bool refused) {
  seen_ = files;
  read_ = std::move(files);
  refused_ = refused;
  idle_ = 0;
}

}  // namespace tenantscope
