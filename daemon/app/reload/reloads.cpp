#include "app/reload/reloads.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text/url.hpp"

namespace tenantscope {

namespace asio = boost::asio;

namespace {

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::ranges::find(all, one) != all.end();
}

}  // namespace

Reloads::Reloads(asio::any_io_executor loop, const ServeOptions& options, ReaderThread::Plan plan,
                 TenantLists& lists, Instruments& instruments, const Log& log, ServeConfig now,
                 std::shared_ptr<const Settings> settings, Listener listener)
    : loop_(std::move(loop)),
      options_(options),
      lists_(lists),
      instruments_(instruments),
      log_(log),
      listener_(std::move(listener)),
      settings_(std::move(settings)),
      files_(std::move(now.main.tenant_files)),
      own_file_(now.main.own_file),
      unmatched_(std::move(now.main.unmatched)),
      warnings_(std::move(now.main.warnings)),
      reader_(std::move(plan)) {
  standing_ = std::move(now.standing);
  take_text(now.main);
  for (const auto& [url, findings] : now.main.refused_lists)
    standing_.refuse(url, to_string(findings));
  show_standing();
}

void Reloads::ask(Done done) {
  if (reader_.stopped())
    return done("stopping");
  asked_.push_back(std::move(done));
  if (asked_.size() == 1)
    co_spawn(loop_, reload_in_turn(), asio::detached);
}

// Files that were refused are to be looked at again.
LoadedConfig Reloads::in_force() const {
  LoadedConfig loaded;
  loaded.text = text_;
  loaded.own_file = own_file_;
  if (!standing_.refused(all_tenant_files))
    loaded.tenant_files = files_;
  loaded.unmatched = unmatched_;
  loaded.warnings = warnings_;
  loaded.settings = *settings_;
  return loaded;
}

void Reloads::stop(const std::string& why) {
  reader_.stop();
  for (auto* waiting : {&asked_, &awaited_})
    for (const Done& done : std::exchange(*waiting, {}))
      done(why);
}

asio::awaitable<void> Reloads::reload_in_turn() {
  co_await one_at_a_time_.lock();
  awaited_ = std::exchange(asked_, {});
  const std::optional<FileStamp> as_it_is;
  const Reloaded reloaded = co_await reload(as_it_is);
  one_at_a_time_.unlock();
  for (const Done& done : std::exchange(awaited_, {}))
    done(reloaded.findings);
}

asio::awaitable<ListOutcome> Reloads::follow_configuration(std::vector<FileStamp> files) {
  co_await one_at_a_time_.lock();
  const std::optional<FileStamp> at_rest = files.front();
  const Reloaded reloaded = co_await reload(at_rest);
  one_at_a_time_.unlock();
  co_return reloaded.outcome;
}

asio::awaitable<Reloads::Reloaded> Reloads::reload(std::optional<FileStamp> at_rest) {
  second_look_.cancel();
  std::map<std::string, std::string> lists = lists_.texts();
  for (const auto& [url, text] : offered_)
    lists[url] = text;
  const auto sources = std::make_shared<const ConfigSources>(
      ConfigSources{.text = {}, .lists = std::move(lists), .cancelled = reader_.when_stopped()});
  std::function<ServeConfig()> load = [this, sources] {
    return load_serve_config(options_, *sources);
  };
  const std::shared_ptr<NewConfig> config = co_await reader_.read(std::move(load));
  if (reader_.stopped())
    co_return stopping();
  refuse_another_storage(*config);
  const ServeConfig& loaded = config->loaded;
  if (at_rest && !settled(loaded.main, *at_rest))
    co_return unsettled();
  warnings_ = loaded.main.warnings;
  if (!loaded.errors().empty())
    co_return refuse(loaded, !at_rest);
  log_findings(loaded, log_);
  if (withdraw_offers(loaded.main))
    co_return co_await reload(at_rest);
  if (!let_go(whole_configuration, *config))
    co_return look_again(config->changeover);
  put_into_force(*config);
  for (const auto& [url, text] : std::exchange(offered_, {}))
    lists_.keep(url, text);
  listener_.reloaded();
  log_.info("configuration reloaded",
            {{"file", options_.config_file.string()}, {"tenants", settings_->tenants.size()}});
  co_return Reloaded();
}

// What is open goes on.
void Reloads::refuse_another_storage(NewConfig& config) const {
  std::vector<ConfigFinding>& errors = config.loaded.main.errors;
  if (!errors.empty())
    return;
  if (auto other = another_storage(*config.changeover.settings, *settings_, options_))
    errors.push_back(std::move(*other));
}

Reloads::Reloaded Reloads::stopping() { return {ListOutcome::refused, "stopping"}; }
Reloads::Reloaded Reloads::unsettled() { return {ListOutcome::unsettled, {}}; }

// Whether nothing of what was read is being written. Tenant files that have changed as well have to
// be the same twice.
bool Reloads::settled(const LoadedConfig& loaded, const FileStamp& at_rest) {
  const std::vector<FileStamp> before = std::exchange(seen_files_, loaded.tenant_files);
  const bool lists_at_rest = loaded.tenant_files == files_ || loaded.tenant_files == before;
  return lists_at_rest && !loaded.files_changed && loaded.own_file == at_rest;
}

// Where the text is the one in force, the lists beside it are wrong: those are followed, and need
// no reload. What nobody has asked for is told once for each reason.
Reloads::Reloaded Reloads::refuse(const ServeConfig& loaded, bool asked) {
  const std::vector<ConfigFinding> errors = loaded.errors();
  const bool lists_alone = loaded.web.errors.empty() && !text_.empty() && loaded.main.text == text_;
  if (lists_alone)
    standing_.settle(whole_configuration);
  std::string findings = to_string(errors);
  const bool news =
      standing_.refuse(lists_alone ? all_tenant_files : whole_configuration, findings);
  show_standing();
  instruments_.config_reload_failures().Increment();
  if (asked || news) {
    log_findings(loaded, log_);
    log_.error("configuration not reloaded; the last good one stays",
               {{"file", options_.config_file.string()}, {"findings", errors.size()}});
  }
  return {ListOutcome::refused, std::move(findings)};
}

Reloads::Reloaded Reloads::look_again(const Changeover& changeover) {
  instruments_.config_reload_failures().Increment();
  second_look_.expires_after(listener_.second_look);
  second_look_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled)
      ask([](const std::string&) {});
  });
  const ConfigFinding told{
      options_.config_file.string(), 1, 1,
      fmt::format("{} of {} tenants would leave: not taken before a second look, in {}, says the "
                  "same; reload again to take it at once",
                  changeover.leaving.size(), changeover.watched, to_string(listener_.second_look))};
  return {ListOutcome::unconfirmed, to_string(told)};
}

// True: some are refused under this configuration; what is in force of those has to be tried.
bool Reloads::withdraw_offers(const LoadedConfig& loaded) {
  return std::erase_if(offered_, [&](const auto& offer) {
           return loaded.refused_lists.contains(offer.first);
         }) > 0;
}

// False: tenants would leave that only a second look may take away.
bool Reloads::let_go(const std::string& source, const NewConfig& config) {
  Departure departure{
      .tenants = {},
      .watched = config.changeover.watched,
      .pattern_emptied =
          std::ranges::any_of(config.loaded.main.unmatched, [this](const std::string& pattern) {
            return contains(settings_->tenant_files, pattern) && !contains(unmatched_, pattern);
          })};
  for (const auto& [number, settings] : config.changeover.leaving)
    departure.tenants.push_back(number);
  const bool doubtful = needs_second_look(departure);
  const bool taken = standing_.take(source, std::move(departure));
  show_standing();
  if (doubtful)
    log_.warn(taken ? "tenants leave, as a second look says, too"
              : source == whole_configuration
                  ? "configuration not reloaded: tenants would leave; a second look has to say so"
                  : "tenant list not taken: tenants would leave; a second look has to say so",
              {{"source", without_query(source)},
               {"leaving", config.changeover.leaving.size()},
               {"watched", config.changeover.watched}});
  return taken;
}

void Reloads::put_into_force(NewConfig& config) {
  std::shared_ptr<const Settings> before = std::exchange(settings_, config.changeover.settings);
  LoadedConfig& loaded = config.loaded.main;
  take_text(loaded);
  files_ = loaded.tenant_files;
  if (loaded.own_file)
    own_file_ = loaded.own_file;
  unmatched_ = loaded.unmatched;
  listener_.put_into_force(config);
  standing_.settle(all_tenant_files);
  std::map<std::string, std::string> lacking;
  for (const auto& [url, findings] : loaded.refused_lists)
    lacking.emplace(url, to_string(findings));
  std::vector<std::string> configured;
  for (const TenantUrl& list : settings_->tenant_urls)
    configured.push_back(list.url);
  standing_.lack(lacking, configured);
  show_standing();
  instruments_.config_last_reload_success_timestamp_seconds().Set(unix_seconds(wall_now()));
  reader_.forget(std::move(before));
}

void Reloads::take_text(LoadedConfig& loaded) {
  text_ = settings_->tenant_files.empty() && settings_->tenant_urls.empty()
              ? std::string()
              : std::move(loaded.text);
}

void Reloads::show_standing() {
  instruments_.config_last_reload_successful().Set(standing_.good());
}

}  // namespace tenantscope
