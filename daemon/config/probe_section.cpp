#include "config/probe_section.hpp"

namespace tenantscope {

void ProbeKeys::read(MapReader& map) {
  map.duration("interval", probe.interval);
  map.duration("timeout", probe.timeout);
  map.whole_number("confirmations", probe.confirmations, 1, 100);
  map.duration("confirm_interval", probe.confirm_interval);
  if (map.duration("stale_after", probe.stale_after))
    stale_after_stated = true;
  if (!stale_after_stated)
    probe.stale_after = 4 * probe.interval;
}

}  // namespace tenantscope
