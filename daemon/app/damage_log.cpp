#include "app/damage_log.hpp"

#include <utility>

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

void DamageLog::dropped(const std::string& sink, std::uint64_t events) {
  const std::lock_guard lock(mutex_);
  if (tell_)
    tell_(sink, events);
  else
    untold_[sink] += events;
}

void DamageLog::tell_dropped(Dropped tell) {
  const std::lock_guard lock(mutex_);
  tell_ = std::move(tell);
  for (const auto& [sink, events] : std::exchange(untold_, {}))
    tell_(sink, events);
}

}  // namespace tenantscope
