#include "app/damage_log.hpp"

namespace tenantscope {

void DamageLog::found(const std::string& row) {
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    if (rows_.size() == most_remembered || !rows_.insert(row).second)
      return;
    count = rows_.size();
  }
  instruments_.storage_damaged_rows().Increment();
  if (count <= most_logged)
    log_.error("a stored row is damaged: it is believed in nothing", {{"row", row}});
  if (count == most_logged)
    log_.error("more damaged rows are only counted",
               {{"metric", "tenantscope_storage_damaged_rows_total"}});
}

}  // namespace tenantscope
