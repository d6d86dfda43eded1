#include "app/reloads.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/callback.hpp"
#include "base/clock.hpp"
#include "system/heap.hpp"

namespace tenantscope {

namespace asio = boost::asio;

namespace {

// Of the list that is wanted, where it is refused; else of all.
const std::vector<ConfigFinding>& findings_of(const LoadedConfig& loaded,
                                              const std::string& wanted) {
  const auto refused = loaded.refused_lists.find(wanted);
  return refused != loaded.refused_lists.end() ? refused->second : loaded.errors;
}

}  // namespace

Reloads::Reloads(asio::any_io_executor loop, const ServeOptions& options, const Table& table,
                 TenantLists& lists, Instruments& instruments, const Log& log, LoadedConfig now,
                 std::shared_ptr<const Settings> settings, Listener listener)
    : loop_(std::move(loop)),
      options_(options),
      table_(table),
      lists_(lists),
      instruments_(instruments),
      log_(log),
      listener_(std::move(listener)),
      settings_(std::move(settings)) {
  take_text(now);
}

void Reloads::ask(Done done) {
  if (stopped_)
    return done("stopping");
  asked_.push_back(std::move(done));
  if (asked_.size() == 1)
    co_spawn(loop_, reload_in_turn(), asio::detached);
}

void Reloads::stop() {
  stopped_ = true;
  for (auto* waiting : {&asked_, &awaited_})
    for (const Done& done : std::exchange(*waiting, {}))
      done("stopping");
}

asio::awaitable<void> Reloads::reload_in_turn() {
  co_await one_at_a_time_.lock();
  awaited_ = std::exchange(asked_, {});
  const std::string findings = co_await reload();
  one_at_a_time_.unlock();
  for (const Done& done : std::exchange(awaited_, {}))
    done(findings);
}

asio::awaitable<std::string> Reloads::reload() {
  const auto sources = std::make_shared<const ConfigSources>(
      ConfigSources{.text = {}, .lists = lists_.texts(), .cancelled = when_stopped()});
  std::function<ServeConfig()> load = [this, sources] {
    return load_serve_config(options_, log_, *sources);
  };
  const Reading config = co_await read_beside_the_loop(std::move(load));
  if (stopped_)
    co_return "stopping";
  const std::vector<ConfigFinding> errors = config->loaded.errors();
  if (!errors.empty()) {
    instruments_.config_last_reload_successful().Set(0);
    log_.error("configuration not reloaded; the last good one stays",
               {{"file", options_.config_file.string()}, {"findings", errors.size()}});
    std::string findings;
    for (const ConfigFinding& finding : errors)
      findings += (findings.empty() ? "" : "\n") + to_string(finding);
    co_return findings;
  }
  put_into_force(*config);
  listener_.reloaded();
  log_.info("configuration reloaded",
            {{"file", options_.config_file.string()}, {"tenants", settings_->tenants.size()}});
  co_return "";
}

asio::awaitable<void> Reloads::follow_files() {
  co_await one_at_a_time_.lock();
  std::map<std::string, std::string> lists = lists_.texts();
  std::string none;
  co_await reload_lists(std::move(lists), std::move(none));
  one_at_a_time_.unlock();
}

asio::awaitable<bool> Reloads::follow_url(std::string url, std::string text) {
  co_await one_at_a_time_.lock();
  std::map<std::string, std::string> lists = lists_.texts();
  lists[url] = text;
  std::string wanted = url;
  const bool good = co_await reload_lists(std::move(lists), std::move(wanted));
  if (good)
    lists_.keep(url, text);
  one_at_a_time_.unlock();
  co_return good;
}

// The lists anew, the configuration itself as it was: what is being edited there waits for its
// reload.
asio::awaitable<bool> Reloads::reload_lists(std::map<std::string, std::string> lists,
                                            std::string wanted) {
  const auto sources = std::make_shared<const ConfigSources>(
      ConfigSources{.text = text_, .lists = std::move(lists), .cancelled = when_stopped()});
  std::function<ServeConfig()> load = [this, sources, wanted] {
    return load_lists(*sources, wanted);
  };
  const Reading config = co_await read_beside_the_loop(std::move(load));
  if (stopped_)
    co_return false;
  const auto& findings = findings_of(config->loaded.main, wanted);
  if (!findings.empty()) {
    instruments_.config_last_reload_successful().Set(0);
    log_.error("tenant list not taken; the last good one stays", {{"findings", findings.size()}});
    co_return false;
  }
  put_into_force(*config);
  log_.info("tenant lists taken", {{"tenants", settings_->tenants.size()}});
  co_return true;
}

// On the reader's thread, as `load_serve_config`.
ServeConfig Reloads::load_lists(const ConfigSources& sources, const std::string& wanted) const {
  ServeConfig loaded{.main = load_config(options_.config_file, sources), .web = {}};
  if (is_cancelled(sources.cancelled))
    return loaded;
  for (const ConfigFinding& finding : findings_of(loaded.main, wanted))
    log_.error("bad tenant list", {{"finding", to_string(finding)}});
  return loaded;
}

Cancelled Reloads::when_stopped() const {
  return [this] { return stopped_.load(); };
}

asio::awaitable<Reloads::Reading> Reloads::read_beside_the_loop(std::function<ServeConfig()> load) {
  std::function<void(Callback<Reading>)> start = [this,
                                                  load = std::move(load)](Callback<Reading> done) {
    asio::post(reader_, [this, load, done] {
      auto config = std::make_shared<NewConfig>(NewConfig{.loaded = load(), .changeover = {}});
      auto settings = std::make_shared<const Settings>(std::move(config->loaded.main.settings));
      if (config->loaded.main.errors.empty())
        config->changeover = plan_changeover(table_, std::move(settings));
      done(std::move(config));
    });
  };
  return await_callback<Reading>(std::move(start));
}

void Reloads::put_into_force(NewConfig& config) {
  std::shared_ptr<const Settings> before = std::exchange(settings_, config.changeover.settings);
  take_text(config.loaded.main);
  listener_.put_into_force(config);
  instruments_.config_last_reload_successful().Set(config.loaded.main.refused_lists.empty());
  instruments_.config_last_reload_success_timestamp_seconds().Set(unix_seconds(wall_now()));
  asio::post(reader_, [before = std::move(before)]() mutable {
    before.reset();
    trim_heap();
  });
}

void Reloads::take_text(LoadedConfig& loaded) {
  text_ = settings_->tenant_files.empty() && settings_->tenant_urls.empty()
              ? std::string()
              : std::move(loaded.text);
}

}  // namespace tenantscope
