#include "commands/events.hpp"

#include <algorithm>
#include <boost/json/value.hpp>
#include <deque>
#include <iostream>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/text/html.hpp"
#include "base/text/slip.hpp"
#include "base/text/visible.hpp"
#include "base/time.hpp"
#include "commands/daemon_client.hpp"
#include "commands/event_source.hpp"
#include "commands/events_verify.hpp"
#include "commands/printing.hpp"
#include "config/tenant_reference.hpp"
#include "formats/event_text.hpp"
#include "formats/json.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

struct EventsOptions {
  DaemonPlace daemon;
  std::optional<std::uint64_t> after;
  std::string since;
  std::string tenant;
  std::optional<std::size_t> limit;
  bool newest = false;
  bool follow = false;
  std::string output = "text";
};

std::string_view text_or_none(const json::value& value) {
  return value.is_string() && !value.as_string().empty() ? std::string_view(value.as_string())
                                                         : "none";
}

void print_event(const json::object& event, const std::string& output) {
  if (output == "json") {
    print(json_line(event) + "\n");
    return;
  }
  const std::string line = fmt::format(
      "{} {} {:<8} {}", text_or_none(event.at("sequence")), text_or_none(event.at("time")),
      text_or_none(event.at("data").at("severity")), event_sentence(event));
  print(visible(line) + "\n");
}

std::optional<WallTime> read_since(const std::string& text) {
  if (const auto ago = parse_duration(text))
    return wall_now() - *ago;
  return parse_rfc3339(text);
}

WallTime required_since(const std::string& text) {
  const auto since = read_since(text);
  if (!since)
    throw CLI::ValidationError(
        "--since",
        fmt::format("neither a time such as 2026-11-23T10:00:00Z nor a duration such as 24h: `{}`",
                    text));
  return *since;
}

bool is_of(const json::object& event, const TenantReference& tenant) {
  if (text_or_none(event.at("subject")) != tenant.name)
    return false;
  const json::value* const asked = event.at("data").as_object().if_contains("asked");
  return !tenant.cloud || (asked && text_or_none(*asked) == *tenant.cloud);
}

// Which events are asked for.
struct Wanted {
  std::optional<WallTime> since;
  std::optional<TenantReference> tenant;  // nothing: any

  bool operator()(const json::object& event) const {
    const auto time = parse_rfc3339(text_or_none(event.at("time")));
    return (!since || (time && *time >= *since)) && (!tenant || is_of(event, *tenant));
  }
};

Wanted wanted_by(const EventsOptions& options) {
  Wanted wanted;
  if (!options.since.empty())
    wanted.since = required_since(options.since);
  if (options.tenant.empty())
    return wanted;
  Result<TenantReference> written = parse_tenant_reference(options.tenant);
  if (!written)
    throw CLI::ValidationError("--tenant", written.error().detail);
  wanted.tenant = std::move(*written);
  return wanted;
}

// A name that nobody watches has no events for another reason than that nothing happened.
void refuse_unknown(const std::string& tenant, EventSource& source) {
  const std::vector<std::string> names = source.tenants();
  if (std::ranges::find(names, tenant) != names.end())
    return;
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string_view near = nearest_of(tenant, known);
  throw FatalError(exit_failure,
                   fmt::format("no tenant `{}` is known there{}", tenant,
                               near.empty() ? "" : fmt::format(": did you mean `{}`?", near)));
}

// Prints events as they come: the first ones up to the limit, or, newest first, the last ones.
class Printer {
 public:
  explicit Printer(const EventsOptions& options) : options_(options) {}

  // False: no more are wanted.
  bool take(const json::object& event) {
    ++taken_;
    if (options_.newest) {
      kept_.push_front(event);
      if (options_.limit && kept_.size() > *options_.limit)
        kept_.pop_back();
      return true;
    }
    if (full())
      return false;
    print_event(event, options_.output);
    ++printed_;
    return !full();
  }
  void end() const {
    for (const json::object& event : kept_)
      print_event(event, options_.output);
  }
  std::size_t taken() const { return taken_; }
  bool full() const { return options_.limit && printed_ >= *options_.limit; }

 private:
  const EventsOptions& options_;
  std::deque<json::object> kept_;
  std::size_t taken_ = 0;
  std::size_t printed_ = 0;
};

int run_events(const EventsOptions& options) {
  const Wanted wanted = wanted_by(options);
  const std::unique_ptr<EventSource> source = open_event_source(options.daemon);
  if (options.follow && wanted.tenant)
    refuse_unknown(wanted.tenant->name, *source);
  Printer printer(options);
  std::optional<std::uint64_t> after = options.after;
  for (bool more = !printer.full(); more;) {
    const EventPage page = source->read(after, options.follow);
    more = options.follow || !page.events.empty();
    for (const json::object& event : page.events)
      if (wanted(event) && !printer.take(event)) {
        more = false;
        break;
      }
    std::cout.flush();
    after = page.next;
  }
  printer.end();
  if (printer.taken() == 0 && wanted.tenant)
    refuse_unknown(wanted.tenant->name, *source);
  return 0;
}

struct RedeliverOptions {
  std::string sink;
  std::string id;
  std::string since;
};

int redeliver(const EventsOptions& where, const RedeliverOptions& options) {
  if (options.id.empty() == options.since.empty())
    throw CLI::ValidationError("events redeliver", "needs either --id or --since");
  std::string query = "sink=" + percent_encoded(options.sink);
  if (!options.id.empty())
    query += "&id=" + percent_encoded(options.id);
  else
    query += "&since=" + percent_encoded(rfc3339(required_since(options.since)));
  const json::value data = DaemonClient(where.daemon).post("/api/v1/redeliver?" + query);
  const auto count = data.at("events").to_number<std::uint64_t>();
  print(fmt::format("{} {} to {} again\n", count, count == 1 ? "event goes" : "events go",
                    options.sink));
  return 0;
}

}  // namespace

void add_events(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("events", "Prints the journal of changes, oldest first");
  const auto options = std::make_shared<EventsOptions>();
  const auto storage = command
                           ->add_option("--storage.path", options->daemon.storage_path,
                                        "Read this storage, also beside a running daemon")
                           ->capture_default_str();
  add_url_options(*command, options->daemon, "Ask the daemon at this URL instead")
      ->excludes(storage);
  command->add_option("--after", options->after, "Only events after this sequence number");
  command->add_option("--since", options->since,
                      "Only events since this time (RFC 3339), or of the last such as 24h");
  command->add_option("--tenant", options->tenant,
                      "Only events of this tenant; NAME@CLOUD: as it is asked there");
  command->add_option("--limit", options->limit, "At most so many");
  const auto newest =
      command->add_flag("--newest", options->newest, "The newest ones, newest first");
  command->add_flag("--follow", options->follow, "Go on with new events as they come")
      ->excludes(newest);
  command->add_option("--output", options->output, "text or json: one event a line")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();

  CLI::App* again = command->add_subcommand(
      "redeliver", "Sends events of the journal to a sink once more, through the daemon");
  const auto redelivery = std::make_shared<RedeliverOptions>();
  const auto again_storage = again
                                 ->add_option("--storage.path", options->daemon.storage_path,
                                              "Through the daemon that works on this storage")
                                 ->capture_default_str();
  add_url_options(*again, options->daemon, "Through the daemon at this URL instead")
      ->excludes(again_storage);
  again->add_option("--sink", redelivery->sink, "The sink's name")->required();
  const auto id =
      again->add_option("--id", redelivery->id, "The event of this id, whatever the sink's match");
  again
      ->add_option("--since", redelivery->since,
                   "All that the sink wants since this time (RFC 3339), or of the last such as 24h")
      ->excludes(id);
  const CLI::App* const verify = add_events_verify(*command, exit_code);
  command->callback([options, redelivery, again, verify, &exit_code] {
    if (verify->parsed())
      return;
    exit_code = again->parsed() ? redeliver(*options, *redelivery) : run_events(*options);
  });
}

}  // namespace tenantscope
