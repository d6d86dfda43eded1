#include "commands/shared_ledger.hpp"

#include <fmt/format.h>

#include "app/replica/postgres_place.hpp"
#include "base/result.hpp"
#include "config/config_file.hpp"

namespace tenantscope {

PgSettings shared_ledger_of(const std::filesystem::path& config, const std::string& why) {
  const LoadedConfig loaded = load_config(config);
  if (!loaded.errors.empty())
    throw FatalError(exit_unusable, to_string(loaded.errors));
  if (!loaded.settings.postgresql)
    throw FatalError(exit_unusable,
                     fmt::format("{} has no `storage.postgresql`: {}", config.native(), why));
  return place_of(*loaded.settings.postgresql);
}

}  // namespace tenantscope
