#include "app/reload/followed_config.hpp"

#include <utility>

namespace tenantscope {

FollowedConfig::FollowedConfig(const Means& means, ServeConfig now,
                               std::shared_ptr<const Settings> settings,
                               std::map<std::string, std::string> lists, Listener listener)
    : options_(means.options),
      listener_(std::move(listener)),
      first_settings_(settings),
      first_tenant_files_(now.main.tenant_files),
      first_own_file_(now.main.own_file),
      lists_(means.loop, means.fetcher, options_.config_file.parent_path(), std::move(lists),
             means.log,
             {.files_changed =
                  [this](std::vector<FileStamp> files) {
                    return reloads_.follow_files(std::move(files));
                  },
              .fetched =
                  [this](std::string url, std::string text) {
                    return reloads_.follow_url(std::move(url), std::move(text));
                  },
              .keep = listener_.keep_list,
              .look_every = means.look_every}),
      own_file_(means.loop, means.log,
                {.look = [this] { return std::vector{stamp_of(options_.config_file)}; },
                 .changed =
                     [this](std::vector<FileStamp> files) {
                       return reloads_.follow_configuration(std::move(files));
                     },
                 .restless =
                     "the configuration changes all the time; it is taken once it doesn't for 5 s",
                 .every = means.look_every}),
      reloads_(means.loop, options_, listener_.plan, lists_, means.instruments, means.log,
               std::move(now), std::move(settings),
               {.put_into_force = [this](NewConfig& config) { put_into_force(config); },
                .reloaded = listener_.reloaded}) {}

void FollowedConfig::follow() {
  follow(*std::exchange(first_settings_, nullptr), std::move(first_tenant_files_), first_own_file_);
}

void FollowedConfig::put_into_force(NewConfig& config) {
  const std::shared_ptr<const Settings> settings = config.changeover.settings;
  listener_.put_into_force(config);
  follow(*settings, std::move(config.loaded.main.tenant_files), config.loaded.main.own_file);
}

// `own_file`: nothing where it wasn't read.
void FollowedConfig::follow(const Settings& settings, std::vector<FileStamp> tenant_files,
                            const std::optional<FileStamp>& own_file) {
  lists_.follow(settings, std::move(tenant_files));
  if (options_.auto_reload && own_file)
    own_file_.follow({*own_file});
}

ServeConfig FollowedConfig::in_force(LoadedWebConfig web) const {
  return {.main = reloads_.in_force(), .web = std::move(web), .standing = reloads_.standing()};
}

}  // namespace tenantscope
