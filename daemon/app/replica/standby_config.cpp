#include "app/replica/standby_config.hpp"

#include <utility>

#include "app/reload/tenant_lists.hpp"
#include "base/clock.hpp"
#include "config/tenant_files.hpp"

namespace tenantscope {

StandbyConfig::StandbyConfig(const ServeOptions& options, Signals signals, Instruments& instruments,
                             const Log& log, const ServeConfig& now, Duration look)
    : options_(options),
      signals_(std::move(signals)),
      instruments_(instruments),
      log_(log),
      now_(now),
      look_(look),
      next_look_(steady_now() + look),
      standing_(now.standing) {
  std::vector<FileStamp> read = now.main.tenant_files;
  if (options.auto_reload)
    read.push_back(now.main.own_file.value_or(stamp_of(options.config_file)));
  looks_.taken(std::move(read));
}

void StandbyConfig::ask(Done done) {
  const std::lock_guard lock(mutex_);
  asked_.push_back(std::move(done));
}

std::vector<StandbyConfig::Done> StandbyConfig::asked() {
  const std::lock_guard lock(mutex_);
  return std::exchange(asked_, {});
}

void StandbyConfig::refuse_rest(const std::string& why) {
  for (const Done& done : asked())
    done(why);
}

// As those that were read are named.
std::vector<FileStamp> StandbyConfig::files() const {
  std::vector<FileStamp> files =
      stamp_tenant_files(now_.main.settings.tenant_files, options_.config_file.parent_path());
  if (options_.auto_reload)
    files.push_back(stamp_of(options_.config_file));
  return files;
}

bool StandbyConfig::have_changed() {
  const SteadyTime now = steady_now();
  if (now < next_look_)
    return false;
  next_look_ = now + look_;
  seen_ = files();
  return looks_.look(seen_);
}

bool StandbyConfig::look(AuditLog& audit) {
  const bool hung_up = signals_.hung_up();
  const std::vector<Done> waiting = asked();
  const bool wanted = hung_up || !waiting.empty();
  if (!wanted && !have_changed())
    return false;
  NewStart start = read();
  const bool being_written = start.config.main.files_changed || files() != seen_;
  if (!wanted && being_written) {
    looks_.undecided();
    return false;
  }
  const std::string findings = signals_.stop() ? "stopping" : judge(start, wanted);
  for (const Done& done : waiting)
    done(findings);
  if (hung_up)
    audit.done_by_signal("reload", findings.empty());
  if (findings.empty())
    taken_ = std::move(start);
  return findings.empty();
}

// With the lists that were kept when this daemon was the active one last.
StandbyConfig::NewStart StandbyConfig::read() const {
  ConfigSources sources{.text = {}, .lists = {}, .cancelled = signals_.stop};
  NewStart start{.config = load_serve_config(options_, sources), .lists = {}};
  if (!start.config.errors().empty())
    return start;
  start.lists = read_kept_lists(options_.storage_path, start.config.main.settings.tenant_urls);
  if (start.lists.empty())
    return start;
  sources.lists = start.lists;
  start.config = load_serve_config(options_, sources);
  for (const auto& [url, findings] : start.config.main.refused_lists)
    start.lists.erase(url);
  return start;
}

// What is wrong; empty: nothing.
std::string StandbyConfig::judge(NewStart& start, bool wanted) {
  std::vector<ConfigFinding>& errors = start.config.main.errors;
  if (errors.empty())
    if (auto other = another_storage(start.config.main.settings, now_.main.settings, options_))
      errors.push_back(std::move(*other));
  const std::vector<ConfigFinding> all = start.config.errors();
  if (!all.empty()) {
    refuse(start, wanted);
    return to_string(all);
  }
  log_findings(start.config, log_);
  log_.info("configuration reloaded: beginning anew with it",
            {{"file", options_.config_file.string()},
             {"tenants", start.config.main.settings.tenants.size()}});
  return {};
}

void StandbyConfig::refuse(const NewStart& start, bool wanted) {
  const bool lists_alone = start.config.web.errors.empty() && !now_.main.text.empty() &&
                           start.config.main.text == now_.main.text;
  standing_.refuse(lists_alone ? all_tenant_files : whole_configuration,
                   to_string(start.config.errors()));
  instruments_.config_last_reload_successful().Set(0);
  instruments_.config_reload_failures().Increment();
  looks_.refused(files());
  const std::vector<ConfigFinding> errors = start.config.errors();
  const bool news = std::exchange(told_, to_string(errors)) != to_string(errors);
  if (!wanted && !news)
    return;
  log_findings(start.config, log_);
  log_.error("configuration not reloaded; the last good one stays",
             {{"file", options_.config_file.string()}, {"findings", errors.size()}});
}

}  // namespace tenantscope
