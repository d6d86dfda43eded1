// What a Reloads does where a list has changed, and the configuration hasn't.
#include <algorithm>
#include <utility>

#include "app/reload/reloads.hpp"
#include "base/text/url.hpp"

namespace tenantscope {

namespace asio = boost::asio;

asio::awaitable<ListOutcome> Reloads::follow_files(std::vector<FileStamp> files) {
  co_await one_at_a_time_.lock();
  ListReading wanted{
      .source = all_tenant_files, .lists = lists_.texts(), .files = std::move(files)};
  const ListOutcome outcome = co_await reload_lists(std::move(wanted));
  one_at_a_time_.unlock();
  co_return outcome;
}

asio::awaitable<ListOutcome> Reloads::follow_url(std::string url, std::string text) {
  co_await one_at_a_time_.lock();
  ListReading wanted{.source = url, .lists = lists_.texts(), .files = files_};
  wanted.lists[url] = text;
  const ListOutcome outcome = co_await reload_lists(std::move(wanted));
  if (outcome != ListOutcome::unsettled)
    offered_.erase(url);
  if (outcome == ListOutcome::taken)
    lists_.keep(url, text);
  else if (outcome == ListOutcome::unconfirmed)
    offered_[url] = std::move(text);
  one_at_a_time_.unlock();
  co_return outcome;
}

// The lists anew, the configuration itself as it was: what is being edited there waits for its
// reload.
asio::awaitable<ListOutcome> Reloads::reload_lists(ListReading wanted) {
  if (text_.empty())
    co_return ListOutcome::refused;  // a reload has taken the last list away
  const auto sources = std::make_shared<const ConfigSources>(ConfigSources{
      .text = text_, .lists = std::move(wanted.lists), .cancelled = reader_.when_stopped()});
  std::function<ServeConfig()> load = [this, sources] {
    return ServeConfig{.main = load_config(options_.config_file, *sources), .web = {}};
  };
  const std::shared_ptr<NewConfig> config = co_await reader_.read(std::move(load));
  if (reader_.stopped())
    co_return ListOutcome::refused;
  const LoadedConfig& loaded = config->loaded.main;
  if (loaded.files_changed || loaded.tenant_files != wanted.files)
    co_return ListOutcome::unsettled;
  if (refuse_list(loaded, wanted))
    co_return ListOutcome::refused;
  warn_of_news(loaded);
  const bool was_refused = standing_.refused(wanted.source);
  if (!let_go(wanted.source, *config))
    co_return ListOutcome::unconfirmed;
  put_into_force(*config);
  log_.info(was_refused ? "tenant lists good again" : "tenant lists taken",
            {{"tenants", settings_->tenants.size()}});
  co_return ListOutcome::taken;
}

// Why what was read of the source can't come into force: also, that another list couldn't stay.
std::vector<ConfigFinding> Reloads::findings_of(const LoadedConfig& loaded,
                                                const std::string& source) const {
  const auto& refused = loaded.refused_lists;
  if (const auto own = refused.find(source); own != refused.end())
    return own->second;
  if (!loaded.errors.empty())
    return loaded.errors;
  const auto other = std::ranges::find_if(
      refused, [this](const auto& list) { return !standing_.lacks(list.first); });
  return other == refused.end() ? std::vector<ConfigFinding>{} : other->second;
}

// False: nothing is wrong. A list whose own fault it isn't waits for the files to be mended.
bool Reloads::refuse_list(const LoadedConfig& loaded, const ListReading& wanted) {
  const std::vector<ConfigFinding> findings = findings_of(loaded, wanted.source);
  if (findings.empty())
    return false;
  if (wanted.source == all_tenant_files)
    files_ = wanted.files;
  const bool own =
      loaded.refused_lists.contains(wanted.source) || !standing_.refused(all_tenant_files);
  const std::string& source = own ? wanted.source : all_tenant_files;
  const bool news = standing_.refuse(source, to_string(findings));
  show_standing();
  if (!news)
    return true;
  for (const ConfigFinding& finding : findings)
    log_.error("bad tenant list", {{"finding", to_string(finding)}});
  log_.error("tenant list not taken; the last good one stays",
             {{"source", without_query(source)}, {"findings", findings.size()}});
  return true;
}

void Reloads::warn_of_news(const LoadedConfig& loaded) {
  for (const ConfigFinding& finding : loaded.warnings)
    if (std::ranges::find(warnings_, finding) == warnings_.end())
      log_.warn("doubtful configuration", {{"finding", to_string(finding)}});
  warnings_ = loaded.warnings;
}

}  // namespace tenantscope
