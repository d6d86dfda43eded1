#include "commands/explain.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
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
#include "commands/listing.hpp"
#include "commands/printing.hpp"
#include "config/tenant_reference.hpp"
#include "domain/explanation.hpp"
#include "formats/answers.hpp"
#include "formats/explain_json.hpp"
#include "formats/json.hpp"
#include "storage/sqlite/sqlite_ledger.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::string_view identity_prefix = "identity:";

struct ExplainOptions {
  std::string host;
  std::vector<std::string> guests;
  std::string from;  // a file, or `-`; empty: none
  bool exit_by_verdict = false;
  std::string output = "text";
  std::string cross_cloud;  // empty: not said
  DaemonPlace daemon{.storage_path = {}};
  AskOptions ask;
};

// In the cloud of --cloud where the name says none.
TenantReference read_written(const std::string& text, const ExplainOptions& options) {
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
  std::string guest_shown;
};

Question read_question(const std::string& host, const std::string& guest,
                       const ExplainOptions& options) {
  Question question{
      .host = read_written(host, options), .guest = {}, .identity = {}, .guest_shown = guest};
  if (!guest.starts_with(identity_prefix)) {
    question.guest = read_written(guest, options);
    question.guest_shown = question.guest->shown();
    return question;
  }
  question.identity = parse_identity_provider(guest.substr(identity_prefix.size()));
  if (!question.identity)
    throw FatalError(exit_usage, fmt::format("`{}`: none of identity:microsoft, identity:google, "
                                             "identity:email_otp, identity:saml",
                                             guest));
  return question;
}

struct Questions {
  std::vector<Question> all;
  bool bad_lines = false;
};

// The host with each guest; of a list without a host, its pairs.
Questions read_questions(const ExplainOptions& options, const Clouds& clouds) {
  if (options.host.empty() ? options.from.empty() : options.guests.empty() && options.from.empty())
    throw CLI::RequiredError("HOST and GUEST, or --from");
  Questions questions;
  const auto ask = [&](const std::string& host, const std::string& guest) {
    questions.all.push_back(read_question(host, guest, options));
  };
  for (const std::string& guest : options.guests)
    ask(options.host, guest);
  if (options.from.empty())
    return questions;
  if (options.host.empty()) {
    const PairList list = read_pairs(options.from);
    for (const ListedPair& pair : list.pairs)
      ask(pair.host, pair.guest);
    questions.bad_lines = !list.findings.empty();
  } else {
    const NameList list = read_list(options.from, {}, clouds);
    for (const ListedName& name : list.names)
      ask(options.host, name.reference.shown());
    questions.bad_lines = !list.findings.empty();
  }
  return questions;
}

// As the daemon answers it: by its configuration and what it knows; it asks about others itself.
json::object answer_of(DaemonClient& daemon, const Question& question,
                       const ExplainOptions& options) {
  std::string query = fmt::format("?host={}&guest={}", percent_encoded(question.host.shown()),
                                  percent_encoded(question.guest_shown));
  if (!options.ask.rules.empty())
    query += "&rules=" + options.ask.rules;
  if (!options.cross_cloud.empty())
    query += "&cross_cloud=" + options.cross_cloud;
  json::object answer = daemon.get("/api/v1/explain" + query).as_object();
  if (!answer.contains("host_facts"))
    throw FatalError(exit_failure, "the daemon is of an older version: restart it");
  return answer;
}

// The result is the daemon on the storage; nullptr where none runs, or it lets nobody in.
std::unique_ptr<DaemonClient> daemon_on(const DaemonPlace& storage) {
  try {
    auto daemon = std::make_unique<DaemonClient>(storage);
    daemon->get("/api/v1/tenants?limit=0");
    return daemon;
  } catch (const FatalError&) {
    return nullptr;
  }
}

// The result is the one of this name that is meant; nullptr where there is none.
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
  Knowledge(const ExplainOptions& options, const Settings& settings)
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

  const ExplainOptions& options_;
  const Settings& settings_;
  std::vector<StoredTenant> stored_;
};

CloudWord word_for(const ExplainOptions& options, const Settings& settings, const TenantKey& host,
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

json::object own_answer(const Question& question, TenantFacts host,
                        std::optional<TenantFacts> guest, const ExplainOptions& options,
                        const Settings& settings) {
  PairFacts facts;
  PairMember member;
  if (question.identity) {
    facts.guest = *question.identity;
    member = *question.identity;
  } else {
    member = guest->key;
    facts.guest = std::move(*guest);
  }
  facts.word = word_for(options, settings, host.key, member);
  facts.host = std::move(host);
  return explain_json(explain(std::move(facts), settings.rules, names_of(settings.clouds)));
}

// Each tenant is asked about once, however many pairs it is in.
json::array own_answers(const std::vector<Question>& questions, const ExplainOptions& options,
                        const Settings& settings) {
  std::vector<TenantReference> tenants;
  std::map<std::string, std::size_t> places;
  const auto place_of = [&](const TenantReference& tenant) {
    const auto [place, is_new] = places.emplace(tenant.shown(), tenants.size());
    if (is_new)
      tenants.push_back(tenant);
    return place->second;
  };
  for (const Question& question : questions) {
    place_of(question.host);
    if (question.guest)
      place_of(*question.guest);
  }
  const std::vector<TenantFacts> known = Knowledge(options, settings).of(tenants);
  json::array answers;
  for (const Question& question : questions) {
    std::optional<TenantFacts> guest;
    if (question.guest)
      guest = known[place_of(*question.guest)];
    answers.push_back(
        own_answer(question, known[place_of(question.host)], std::move(guest), options, settings));
  }
  return answers;
}

// Whether there is no answer about one of them because asking failed.
bool failed(const json::object& explanation) {
  return std::ranges::any_of(std::array{"host_facts", "guest_facts"}, [&](const char* side) {
    const json::value& facts = explanation.at(side);
    return !facts.is_null() && facts.at("found").is_null() && !facts.at("error").is_null();
  });
}

json::array answers_to(const std::vector<Question>& questions, const ExplainOptions& options,
                       const Settings& settings) {
  std::unique_ptr<DaemonClient> daemon;
  if (!options.daemon.url.empty())
    daemon = std::make_unique<DaemonClient>(options.daemon);
  else if (!options.daemon.storage_path.empty() && options.ask.config_file.empty())
    daemon = daemon_on(options.daemon);
  if (!daemon)
    return own_answers(questions, options, settings);
  json::array answers;
  for (const Question& question : questions)
    answers.push_back(answer_of(*daemon, question, options));
  return answers;
}

void print_answers(const json::array& answers, const std::string& output) {
  if (output == "json")
    print(json_line(answers.size() == 1 ? answers.front() : json::value(answers)) + "\n");
  else if (output == "markdown")
    print(explanations(answers, AnswerForm::markdown));
  else if (output == "csv")
    print(explanations(answers, AnswerForm::csv));
  else if (answers.size() > 1)
    print(explanations(answers, AnswerForm::text));
  else if (!answers.empty())
    print_explanation(answers.front().as_object(), ::isatty(STDOUT_FILENO));
}

// The worst of them: supported, conditional, not supported, unknown.
int exit_code_of(const json::array& answers) {
  constexpr std::array<std::pair<std::string_view, int>, 4> codes{
      {{"supported", 0}, {"conditional", 10}, {"not_supported", 11}, {"unknown", 12}}};
  int worst = 0;
  for (const json::value& answer : answers)
    for (const auto& [capability, code] : codes)
      if (capability == std::string_view(answer.at("capability").as_string()))
        worst = std::max(worst, code);
  return worst;
}

int run_explain(const ExplainOptions& options) {
  const Settings settings = read_settings(options.ask);
  const Questions questions = read_questions(options, settings.clouds);
  const json::array answers = answers_to(questions.all, options, settings);
  print_answers(answers, options.output);
  if (questions.bad_lines)
    return exit_failure;
  if (options.exit_by_verdict)
    return exit_code_of(answers);
  return std::ranges::any_of(answers,
                             [](const json::value& answer) { return failed(answer.as_object()); })
             ? exit_failure
             : 0;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("explain", "Can HOST invite GUEST, why, and what to do instead");
  const auto options = std::make_shared<ExplainOptions>();
  command->add_option("HOST", options->host, "The inviting tenant; NAME@CLOUD says where to ask");
  command->add_option(
      "GUEST", options->guests,
      "Tenants, or identity:microsoft, identity:google, identity:email_otp, identity:saml");
  command->add_option("--from", options->from,
                      "Guests from this file too, in the forms that lookup takes; without HOST, "
                      "pairs in two columns: host, guest; -: standard input");
  command
      ->add_option("--output", options->output,
                   "text, json, markdown or csv; of several guests text is a table")
      ->check(CLI::IsMember({"text", "json", "markdown", "csv"}))
      ->capture_default_str();
  command->add_flag("--exit-code", options->exit_by_verdict,
                    "Exit with 0 supported, 10 conditional, 11 not_supported, 12 unknown; of "
                    "several guests the largest");
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
  command->callback([options, &exit_code] { exit_code = run_explain(*options); });
}

}  // namespace tenantscope
