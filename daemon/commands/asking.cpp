#include "commands/asking.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/clock.hpp"
#include "config/config_file.hpp"
#include "config/tenant_reference.hpp"
#include "domain/schedule/limiter.hpp"

namespace tenantscope {
namespace {

constexpr Duration longest_pause = std::chrono::minutes(2);

class DirectLookup {
 public:
  DirectLookup(std::vector<Lookup>& lookups, const Settings& settings, Duration timeout)
      : lookups_(lookups),
        clouds_(std::make_shared<const Clouds>(settings.clouds)),
        timeout_(timeout) {
    for (const Cloud& cloud : *clouds_)
      limiters_.try_emplace(cloud.name, cloud.requests_per_second, steady_now());
  }

  void run() {
    for (std::size_t i = 0; i < std::min(asked_at_once, lookups_.size()); ++i)
      co_spawn(loop_, work(), boost::asio::detached);
    loop_.run();
  }

 private:
  // Takes one lookup after the other until none is left.
  boost::asio::awaitable<void> work() {
    while (next_ < lookups_.size()) {
      Lookup& lookup = lookups_[next_++];
      const auto limiter = limiters_.find(lookup.key.asked);
      if (const auto error = co_await permitted(limiter->second)) {
        lookup.result.observation.finding = *error;
        continue;
      }
      const Cloud* const asked = find_cloud(*clouds_, lookup.key.asked);
      ProbeTarget target{.tenant = lookup.key.name, .timeout = timeout_};
      lookup.result = co_await probe(fetcher_, clouds_, asked, std::move(target));
      limiter->second.heard(lookup.result.outcome, lookup.result.retry_after, steady_now());
    }
  }

  // Awaits that the cloud may be asked; or says why it won't be.
  boost::asio::awaitable<std::optional<Error>> permitted(Limiter& limiter) {
    while (true) {
      if (limiter.open())
        co_return Error{ErrorKind::connect,
                        "not asked: its authority couldn't be reached several times before"};
      const SteadyTime now = steady_now();
      if (limiter.acquire(now))
        co_return std::nullopt;
      const SteadyTime then = limiter.next_permitted(now);
      if (then > now + longest_pause)
        co_return Error{ErrorKind::throttled,
                        "not asked: its authority wants to be left alone for a while"};
      boost::asio::steady_timer timer(loop_, then);
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }

  std::vector<Lookup>& lookups_;
  const std::shared_ptr<const Clouds> clouds_;
  const Duration timeout_;
  std::map<std::string, Limiter> limiters_;
  std::size_t next_ = 0;
  boost::asio::io_context loop_{1};
  Fetcher fetcher_;
};

}  // namespace

void add_ask_options(CLI::App& command, AskOptions& options) {
  command.add_option("--cloud", options.cloud, "Where to ask")->default_str("global");
  std::vector<std::string> rules;
  rules.reserve(rule_sets.size());
  for (const RuleSet set : rule_sets)
    rules.emplace_back(to_string(set));
  command
      .add_option("--rules", options.rules,
                  fmt::format("{}; default: the configuration's", rule_set_names))
      ->check(CLI::IsMember(rules));
  command.add_option("--config.file", options.config_file,
                     "Its clouds, certificates and limits hold");
}

Settings read_settings(const AskOptions& options) {
  Settings settings;
  if (!options.config_file.empty()) {
    LoadedConfig loaded = load_config(options.config_file);
    if (!loaded.errors.empty())
      throw FatalError(exit_unusable, "bad configuration\n" + to_string(loaded.errors));
    settings = std::move(loaded.settings);
  }
  settings.rules = parse_rule_set(options.rules).value_or(settings.rules);
  return settings;
}

Result<TenantKey> read_key(const std::string& text, std::string_view asked, const Clouds& clouds) {
  Result<TenantReference> reference = parse_tenant_reference(text);
  if (!reference)
    return reference.error();
  const std::string cloud = reference->cloud.value_or(std::string(asked));
  if (!find_cloud(clouds, cloud))
    return Error{ErrorKind::other, unknown_cloud(clouds, cloud)};
  return TenantKey{cloud, std::move(reference->name)};
}

void ask(std::vector<Lookup>& lookups, const Settings& settings, Duration timeout) {
  DirectLookup(lookups, settings, timeout).run();
}

}  // namespace tenantscope
