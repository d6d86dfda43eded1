#include "storage/sqlite_open_mark.hpp"

namespace tenantscope::sqlite {

// In the log alone it would be lost with the log. A reader may hold the checkpoint back: the next
// write tries again.
void OpenMark::set() {
  if (in_database_)
    return;
  if (!set_)
    meta_.set(key, "1");
  set_ = true;
  Rows row = checkpoint_();
  in_database_ = row.next() && row.integer(1) == row.integer(2);  // all of the log's pages
}

void OpenMark::clear() {
  if (set_ || found())
    meta_.set(key, "0");
  set_ = in_database_ = false;
}

}  // namespace tenantscope::sqlite
