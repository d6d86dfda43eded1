#include "storage/sqlite/sqlite_open_mark.hpp"

#include "storage/sqlite/sqlite_file.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope::sqlite {

// In the log alone it would be lost with the log.
void OpenMark::set() {
  if (in_database_)
    return;
  if (!set_)
    meta_.set(key, "1");
  set_ = true;
  in_database_ = checkpointed();
}

// Whether all of the log's pages are in the database. A reader may hold that up, or the disk: no
// write waits for it, the next one tries again.
bool OpenMark::checkpointed() {
  try {
    Rows row = checkpoint_();
    return row.next() && row.integer(0) == 0 && row.integer(1) == row.integer(2);
  } catch (const Failure&) {
    return false;
  }
}

void OpenMark::clear() {
  if (set_ || found())
    meta_.set(key, "0");
  set_ = in_database_ = false;
}

bool lacks_log(const Connection& connection) {
  return version_of(connection) >= first_with_checksums &&
         Meta(connection).value(OpenMark::key) == "1" && !has_log(connection.path());
}

}  // namespace tenantscope::sqlite
