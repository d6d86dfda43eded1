#include "commands/explain.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/text/html.hpp"
#include "commands/asking.hpp"
#include "commands/daemon_client.hpp"
#include "commands/explain_text.hpp"
#include "commands/printing.hpp"
#include "config/tenant_reference.hpp"
#include "domain/explanation.hpp"
#include "formats/explain_json.hpp"
#include "formats/json.hpp"
#include "storage/sqlite_ledger.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::string_view identity_prefix = "identity:";

struct Options {
  std::string host;
  std::string guest;
  std::string output = "text";
  std::string cross_cloud;  // empty: not said
  DaemonPlace daemon{.storage_path = {}};
  AskOptions ask;
};

// In the cloud of --cloud where the name says none.
TenantReference read_written(const std::string& text, const Options& options) {
  Result<TenantReference> reference = parse_tenant_reference(text);
  if (!reference)
    throw FatalError(exit_usage, reference.error().detail);
  if (!reference->cloud && !options.ask.cloud.empty())
    reference->cloud = options.ask.cloud;
  return std::move(*reference);
}

// What was asked for.
struct Question {
  TenantReference host;
  std::optional<TenantReference> guest;
  std::optional<IdentityProvider> identity;  // instead of a guest's tenant
};

Question read_question(const Options& options) {
  Question question{.host = read_written(options.host, options), .guest = {}, .identity = {}};
  if (!options.guest.starts_with(identity_prefix)) {
    question.guest = read_written(options.guest, options);
    return question;
  }
  question.identity = parse_identity_provider(options.guest.substr(identity_prefix.size()));
  if (!question.identity)
    throw FatalError(exit_usage, fmt::format("`{}`: none of identity:microsoft, identity:google, "
                                             "identity:email_otp, identity:saml",
                                             options.guest));
  return question;
}

// As the daemon answers it: by its configuration and what it knows; it asks about others itself.
json::object answer_of(DaemonClient& daemon, const Question& question, const Options& options) {
  std::string query =
      fmt::format("?host={}&guest={}", percent_encoded(question.host.shown()),
                  percent_encoded(question.identity ? options.guest : question.guest->shown()));
  if (!options.ask.rules.empty())
    query += "&rules=" + options.ask.rules;
  if (!options.cross_cloud.empty())
    query += "&cross_cloud=" + options.cross_cloud;
  json::object answer = daemon.get("/api/v1/explain" + query).as_object();
  if (!answer.contains("host_facts"))
    throw FatalError(exit_failure, "the daemon is of an older version: restart it");
  return answer;
}

// The daemon that works on the storage; nothing where none does, or none that lets us in.
std::unique_ptr<DaemonClient> daemon_on(const DaemonPlace& storage) {
  try {
    auto daemon = std::make_unique<DaemonClient>(storage);
    daemon->get("/api/v1/tenants?limit=0");
    return daemon;
  } catch (const FatalError&) {
    return nullptr;
  }
}

// Of what is in `all` under this name the one that is meant; nothing where there is none.
template <class Known>
const Known* find_meant(const std::vector<Known>& all, const TenantReference& tenant) {
  const Known* meant = nullptr;
  for (const Known& one : all) {
    if (one.key.name != tenant.name || (tenant.cloud && one.key.asked != *tenant.cloud))
      continue;
    if (meant)
      throw FatalError(exit_usage,
                       fmt::format("`{}` is asked in several clouds: write which one, as {}@{}",
                                   tenant.name, tenant.name, meant->key.asked));
    meant = &one;
  }
  return meant;
}

// What is known without a daemon.
class Knowledge {
 public:
  Knowledge(const Options& options, const Settings& settings)
      : options_(options), settings_(settings) {
    if (!options.daemon.storage_path.empty())
      stored_ = read_sqlite_states(options.daemon.storage_path);
  }

  // From the storage where it is known there, else by a probe now.
  std::vector<TenantFacts> of(const std::vector<TenantReference>& tenants) {
    std::vector<TenantFacts> known;
    std::vector<Lookup> lookups;
    for (const TenantReference& tenant : tenants) {
      known.push_back(stored(tenant));
      if (!known.back().finding)
        lookups.push_back({known.back().key, {}});
    }
    ask(lookups, settings_, settings_.probe.timeout);
    auto asked = lookups.begin();
    for (TenantFacts& facts : known)
      if (!facts.finding)
        facts = facts_of(facts.key, (asked++)->result.observation);
    for (std::size_t i = 0; i < known.size(); ++i)
      known[i].shown = tenants[i].shown();
    return known;
  }

 private:
  // The tenant as the configuration has it, else as the storage does.
  TenantFacts stored(TenantReference tenant) const {
    if (const TenantSettings* configured = find_meant(settings_.tenants, tenant))
      tenant.cloud = configured->key.asked;
    TenantFacts facts;
    if (const StoredTenant* stored = find_meant(stored_, tenant)) {
      facts.key = stored->key;
      facts.finding = stored->state.confirmed();
      facts.seen = stored->state.confirmed_seen();
    } else {
      const auto key = read_key(tenant.shown(), options_.ask.asked(), settings_.clouds);
      if (!key)
        throw FatalError(exit_usage, key.error().detail);
      facts.key = *key;
    }
    return facts;
  }

  const Options& options_;
  const Settings& settings_;
  std::vector<StoredTenant> stored_;
};

CloudWord word_for(const Options& options, const Settings& settings, const TenantKey& host,
                   const PairMember& guest) {
  if (const auto word = parse_cross_cloud(options.cross_cloud))
    return {.setting = *word, .giver = WordGiver::flag, .doubt = {}};
  if (!options.daemon.storage_path.empty() && options.ask.config_file.empty())
    return {.setting = CrossCloud::unset,
            .giver = {},
            .doubt =
                "Collaborations that may have a word on both sides' cloud settings are "
                "written in the configuration: name it with --config.file."};
  return declared_word(settings.collaborations, host, guest);
}

json::object own_answer(const Question& question, const Options& options,
                        const Settings& settings) {
  std::vector<TenantReference> tenants{question.host};
  if (question.guest && question.guest->shown() != question.host.shown())
    tenants.push_back(*question.guest);
  const std::vector<TenantFacts> known = Knowledge(options, settings).of(tenants);
  PairFacts facts;
  facts.host = known.front();
  PairMember member;
  if (question.identity) {
    facts.guest = *question.identity;
    member = *question.identity;
  } else {
    member = known.back().key;
    facts.guest = known.back();
  }
  facts.word = word_for(options, settings, facts.host.key, member);
  return explain_json(explain(std::move(facts), settings.rules, names_of(settings.clouds)));
}

// Whether there is no answer about one of them because asking failed.
bool failed(const json::object& explanation) {
  return std::ranges::any_of(std::array{"host_facts", "guest_facts"}, [&](const char* side) {
    const json::value& facts = explanation.at(side);
    return !facts.is_null() && facts.at("found").is_null() && !facts.at("error").is_null();
  });
}

int run(const Options& options) {
  const Settings settings = read_settings(options.ask);
  const Question question = read_question(options);
  std::unique_ptr<DaemonClient> daemon;
  if (!options.daemon.url.empty())
    daemon = std::make_unique<DaemonClient>(options.daemon);
  else if (!options.daemon.storage_path.empty() && options.ask.config_file.empty())
    daemon = daemon_on(options.daemon);
  const json::object answer =
      daemon ? answer_of(*daemon, question, options) : own_answer(question, options, settings);
  if (options.output == "json")
    print(json_line(answer) + "\n");
  else
    print_explanation(answer, ::isatty(STDOUT_FILENO));
  return failed(answer) ? exit_failure : 0;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("explain", "Can HOST invite GUEST, why, and what to do instead");
  const auto options = std::make_shared<Options>();
  command->add_option("HOST", options->host, "The inviting tenant; NAME@CLOUD says where to ask")
      ->required();
  command
      ->add_option(
          "GUEST", options->guest,
          "A tenant, or identity:microsoft, identity:google, identity:email_otp, identity:saml")
      ->required();
  command->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command
      ->add_option("--cross-cloud", options->cross_cloud,
                   "Your word on both sides' Microsoft cloud settings; default: that of the "
                   "configuration's collaborations")
      ->check(CLI::IsMember({"enabled", "disabled", "unset"}));
  const auto storage = command->add_option(
      "--storage.path", options->daemon.storage_path,
      "What this storage knows is taken from there, also beside a running daemon, which answers "
      "where no --config.file is named");
  add_url_options(*command, options->daemon,
                  "The daemon at this URL answers, by its configuration, and asks about tenants "
                  "that it doesn't watch")
      ->excludes(storage);
  add_ask_options(*command, options->ask);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace tenantscope
