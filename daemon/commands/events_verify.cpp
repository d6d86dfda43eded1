#include "commands/events_verify.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/guid.hpp"
#include "commands/daemon_client.hpp"
#include "commands/kept_events.hpp"
#include "commands/printing.hpp"
#include "formats/journal_chain.hpp"
#include "formats/json.hpp"
#include "storage/sqlite/sqlite_chain.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::size_t gaps_shown = 20, gaps_listed = 1000, ranges_shown = 5;

struct VerifyOptions {
  DaemonPlace daemon;
  std::string from;
  std::string against;
  std::string output = "text";
};

struct Checked {
  ChainReport report;
  std::optional<std::string> journal;  // the ledger's id
  std::uint64_t repeats = 0;
  std::uint64_t kept = 0;
  std::vector<std::string> torn;  // lines
};

void add_torn(const KeptEvents& kept, Checked& checked) {
  checked.torn.insert(checked.torn.end(), kept.torn.begin(), kept.torn.end());
}

std::map<std::uint64_t, std::string> read_against(const std::string& against, Checked& checked) {
  if (against.empty())
    return {};
  if (const auto head = parse_chain_head(against))
    return {{head->sequence, head->hash}};
  const KeptEvents kept = read_kept_events(against, HeadLines::are_taken);
  if (!kept.contradictions.empty())
    throw FatalError(exit_failure, fmt::format("{}: {}: nothing can be compared with it", against,
                                               kept.contradictions.front().what));
  add_torn(kept, checked);
  return kept.hashes();
}

void read_file(const std::string& file, JournalChain& chain, Checked& checked) {
  KeptEvents kept = read_kept_events(file, HeadLines::are_refused);
  checked.repeats = kept.repeats;
  add_torn(kept, checked);
  for (const auto& [sequence, link] : kept.links)
    chain.take(link);
  for (ChainBreak& contradiction : kept.contradictions)
    chain.add(std::move(contradiction));
}

// What the daemon sends is the event's JSON as it is stored; json_line() makes it of what was read.
void read_daemon(const DaemonPlace& place, JournalChain& chain, Checked& checked) {
  DaemonClient daemon(place);
  std::string query = "limit=1000";
  for (std::size_t count = 1; count > 0;) {
    const json::value page = daemon.get("/api/v1/events?" + query);
    const json::array& events = page.at("events").as_array();
    count = events.size();
    for (const json::value& value : events) {
      const std::string text = json_line(value);
      const auto event = parse_event(text);
      if (!event)
        throw FatalError(
            exit_failure,
            fmt::format("the daemon sent what is no event of a journal: {}", event.error().detail));
      chain.take(chain_link(*event, text));
    }
    query = fmt::format("limit=1000&after={}", page.at("next").to_number<std::uint64_t>());
    if (const json::value* const journal = page.as_object().if_contains("journal")) {
      checked.journal = std::string(journal->as_string());
      query += "&journal=" + *checked.journal;
    }
  }
}

Checked check(const VerifyOptions& options) {
  Checked checked;
  std::map<std::uint64_t, std::string> against = read_against(options.against, checked);
  checked.kept = against.size();
  JournalChain chain(
      options.from.empty() ? JournalChain::Gaps::are_breaks : JournalChain::Gaps::are_listed,
      std::move(against));
  if (!options.from.empty()) {
    read_file(options.from, chain, checked);
  } else if (!options.daemon.url.empty()) {
    read_daemon(options.daemon, chain, checked);
  } else if (const auto id = read_sqlite_chain(options.daemon.storage_path, chain)) {
    checked.journal = to_string(*id);
  }
  checked.report = chain.report();
  return checked;
}

json::value or_null(std::uint64_t number) {
  return number == 0 ? json::value() : json::value(number);
}

void list(const std::vector<SequenceRange>& ranges, json::array& array) {
  for (const SequenceRange& range : ranges)
    if (array.size() < gaps_listed)
      array.push_back({{"first", range.first}, {"last", range.last}});
}

json::object json_of(const Checked& checked) {
  const ChainReport& report = checked.report;
  const bool intact = report.state == ChainState::intact;
  json::array breaks, gaps, unchanged;
  for (const ChainBreak& found : report.breaks)
    breaks.push_back({{"sequence", or_null(found.sequence)},
                      {"what", found.what},
                      {"expected", found.expected},
                      {"found", found.found},
                      {"cause", found.cause}});
  list(report.gaps, gaps);
  list(report.unchanged, unchanged);
  json::object object{
      {"state", to_string(report.state)},
      {"events", report.events},
      {"first", or_null(report.first)},
      {"last", report.head ? json::value(report.head->sequence) : json::value()},
      {"head", intact && report.head ? json::value(to_string(*report.head)) : json::value()},
      {"journal", checked.journal ? json::value(*checked.journal) : json::value()},
      {"breaks", std::move(breaks)},
      {"more_breaks", report.more_breaks},
      {"gaps", std::move(gaps)},
      {"more_gaps", report.gaps.size() - std::min(report.gaps.size(), gaps_listed)},
      {"repeats", checked.repeats},
      {"torn", json::array(checked.torn.begin(), checked.torn.end())},
      {"notes", json::array(report.notes.begin(), report.notes.end())},
      {"against", nullptr}};
  if (checked.kept > 0)
    object["against"] = json::object{{"kept", checked.kept},
                                     {"contained", report.contained},
                                     {"gone", report.gone},
                                     {"proved", or_null(report.proved)},
                                     {"unchanged", std::move(unchanged)}};
  return object;
}

// What those that were kept prove, and no more: not what is on the other side of a gap.
std::string unchanged_text(const std::vector<SequenceRange>& ranges) {
  std::string text = "nothing was changed";
  std::size_t shown = 0;
  for (const SequenceRange& range : ranges)
    if (++shown <= ranges_shown)
      text += fmt::format("{} {}", shown == 1 ? "" : ",",
                          range.first == range.last
                              ? fmt::format("in event {}", range.first)
                              : fmt::format("from event {} up to {}", range.first, range.last));
  if (shown > ranges_shown)
    text += fmt::format(", in {} ranges more", shown - ranges_shown);
  return text;
}

std::string against_text(const Checked& checked) {
  const ChainReport& report = checked.report;
  if (report.state == ChainState::gone)
    return "nothing that was kept is still here to be compared: retention took it, or a gap has it";
  std::string text =
      fmt::format("{} of the {} that were kept {} here as they were", report.contained,
                  checked.kept, report.contained == 1 ? "is" : "are");
  if (report.gone > 0)
    text += fmt::format(", {} not here any more", report.gone);
  if (report.state == ChainState::intact)
    text += "; " + unchanged_text(report.unchanged);
  return text;
}

void print_text(const Checked& checked) {
  const ChainReport& report = checked.report;
  print(fmt::format("{}\n", to_string(report.state)));
  for (const ChainBreak& found : report.breaks) {
    print_field("where", found.what);
    print_field("expected", found.expected);
    print_field("found", found.found);
    print_field("may be", found.cause);
  }
  if (report.more_breaks > 0)
    print_field("more", fmt::format("{} such places", report.more_breaks));
  if (report.events == 0)
    print_field("events", "none");
  else
    print_field("events", fmt::format("{}, from {} to {}", report.events, report.first,
                                      report.head->sequence));
  if (checked.repeats > 0)
    print_field("repeats", fmt::format("{}, passed over", checked.repeats));
  for (const std::string& line : checked.torn)
    print_field("torn", line);
  std::size_t shown = 0;
  for (const SequenceRange& gap : report.gaps)
    if (++shown <= gaps_shown)
      print_field("gap", gap.first == gap.last ? std::to_string(gap.first)
                                               : fmt::format("{} to {}", gap.first, gap.last));
  if (shown > gaps_shown)
    print_field("gaps", fmt::format("{} more", shown - gaps_shown));
  if (checked.journal)
    print_field("journal", *checked.journal);
  for (const std::string& note : report.notes)
    print_field("note", note);
  if (checked.kept > 0)
    print_field("against", against_text(checked));
  if (report.state == ChainState::intact && report.head)
    print_field("head", to_string(*report.head));
}

int run_verify(const VerifyOptions& options) {
  const Checked checked = check(options);
  if (options.output == "json")
    print(json_line(json_of(checked)) + "\n");
  else
    print_text(checked);
  return checked.report.state == ChainState::intact ? 0 : exit_failure;
}

}  // namespace

const CLI::App* add_events_verify(CLI::App& events, int& exit_code) {
  CLI::App* command = events.add_subcommand(
      "verify", "Checks the journal's hash chain: whether an event was edited, removed or swapped");
  const auto options = std::make_shared<VerifyOptions>();
  CLI::Option* storage = command
                             ->add_option("--storage.path", options->daemon.storage_path,
                                          "Read this storage, also beside a running daemon")
                             ->capture_default_str();
  CLI::Option* url =
      add_url_options(*command, options->daemon, "Ask the daemon at this URL instead");
  url->excludes(storage);
  command
      ->add_option("--from", options->from,
                   "Read a file sink's file instead, of which a filter may have made gaps; -: "
                   "standard input")
      ->excludes(storage)
      ->excludes(url);
  command->add_option("--against", options->against,
                      "What was kept elsewhere and has to be there: a head, SEQUENCE:HASH, or a "
                      "file of heads or events");
  command->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([options, &exit_code] { exit_code = run_verify(*options); });
  return command;
}

}  // namespace tenantscope
