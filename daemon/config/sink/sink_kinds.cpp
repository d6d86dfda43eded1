#include "config/sink/sink_kinds.hpp"

#include <array>

namespace tenantscope {

std::span<const SinkKind> sink_kinds() {
  static constexpr std::array kinds{
      SinkKind{.key = "file", .read = read_file_target, .takes_baselines = true},
      SinkKind{.key = "webhook", .read = read_webhook_target, .takes_baselines = true},
      SinkKind{.key = "alertmanager", .read = read_alertmanager_target, .takes_baselines = false},
  };
  return kinds;
}

}  // namespace tenantscope
