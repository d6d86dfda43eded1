#include "app/replica/standby_config.hpp"

#include <set>
#include <utility>

#include "app/reload/kept_lists.hpp"

namespace tenantscope {
namespace {

// Only who leaves: a standby's tenants are all taken anew.
Changeover plan(const std::shared_ptr<const Settings>& now,
                std::shared_ptr<const Settings> wanted) {
  std::set<TenantKey> stay;
  for (const TenantSettings& tenant : wanted->tenants)
    stay.insert(tenant.key);
  Changeover changeover{.settings = std::move(wanted)};
  changeover.watched = now->tenants.size();
  for (std::uint32_t number = 0; number < now->tenants.size(); ++number)
    if (!stay.contains(now->tenants[number].key))
      changeover.leaving.emplace_back(number, tenant_of(now, number));
  return changeover;
}

}  // namespace

StandbyConfig::StandbyConfig(const ServeOptions& options, Instruments& instruments, const Log& log,
                             Now now, Duration look_every)
    : log_(log),
      config_({.loop = loop_.get_executor(),
               .options = options,
               .fetcher = fetcher_,
               .instruments = instruments,
               .log = log,
               .look_every = look_every},
              std::move(now.config), now.settings, std::move(now.lists),
              {.plan =
                   [before = now.settings](std::shared_ptr<const Settings> wanted) {
                     return plan(before, std::move(wanted));
                   },
               .put_into_force =
                   [this, before = now.settings](NewConfig& config) {
                     taken_ = taken_ || config.changeover.settings->tenants != before->tenants;
                   },
               .reloaded = [this] { taken_ = true; },
               .keep_list =
                   [&options, &log](const std::string& url, const std::string& text) {
                     keep_list(options.storage_path, url, text, log);
                   }}) {
  config_.follow();
}

StandbyConfig::~StandbyConfig() { stop("stopping"); }

void StandbyConfig::ask(Done done) {
  const std::lock_guard lock(mutex_);
  asked_.push_back(std::move(done));
}

std::vector<StandbyConfig::Done> StandbyConfig::asked() {
  const std::lock_guard lock(mutex_);
  return std::exchange(asked_, {});
}

bool StandbyConfig::look(AuditLog& audit, bool hung_up) {
  for (Done& done : asked())
    config_.reloads().ask(std::move(done));
  if (hung_up)
    config_.reloads().ask([&audit](const std::string& findings) {
      audit.done_by_signal("reload", findings.empty());
    });
  loop_.restart();
  loop_.poll();
  if (taken_)
    log_.info("beginning anew, with the configuration that has changed");
  return taken_;
}

void StandbyConfig::stop(const std::string& why) {
  config_.reloads().stop(why);
  for (const Done& done : asked())
    done(why);
}

std::optional<StandbyConfig::NewStart> StandbyConfig::take(LoadedWebConfig web) {
  if (!taken_)
    return std::nullopt;
  return NewStart{.config = config_.in_force(std::move(web)), .lists = config_.lists()};
}

}  // namespace tenantscope
