#include "commands/events.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <deque>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <thread>
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
#include "commands/printing.hpp"
#include "config/tenant_name.hpp"
#include "formats/event_text.hpp"
#include "formats/json.hpp"
#include "storage/sqlite_ledger.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

struct Options {
  DaemonPlace daemon;
  std::optional<std::uint64_t> after;
  std::string since;
  std::string tenant;
  std::optional<std::size_t> limit;
  bool newest = false;
  bool follow = false;
  std::string output = "text";
};

// Some events as they stand in the journal, and where to go on.
struct Page {
  std::vector<json::object> events;
  std::uint64_t next = 0;
};

// Says on standard error how many rows are left out, as they are damaged.
class LeftOut {
 public:
  void add(const std::string& row) { rows_.insert(row); }
  void tell() {
    if (rows_.size() > told_)
      std::cerr << fmt::format("tenantscope: {} damaged {} left out\n", rows_.size(),
                               rows_.size() == 1 ? "event is" : "events are");
    told_ = rows_.size();
  }

 private:
  std::set<std::string> rows_;
  std::size_t told_ = 0;
};

class Source {
 public:
  virtual ~Source() = default;
  // The events after `after` (without it: from the oldest). With `wait` it waits a while for one
  // where there is none.
  virtual Page read(std::optional<std::uint64_t> after, bool wait) = 0;
  // The names of the tenants that are known there.
  virtual std::vector<std::string> tenants() = 0;
};

std::vector<std::string> watched_names(DaemonClient& daemon) {
  std::vector<std::string> names;
  for (const json::value& tenant : watched_tenants(daemon))
    names.emplace_back(tenant.at("tenant").as_string());
  return names;
}

class StorageSource : public Source {
 public:
  explicit StorageSource(const std::filesystem::path& storage)
      : storage_(storage),
        journal_(open_sqlite_journal(
            storage, {.damaged = [this](const std::string& row) { left_out_.add(row); }})) {}

  Page read(std::optional<std::uint64_t> after, bool wait) override {
    const std::uint64_t from = after ? *after : checked(journal_->oldest()) - 1;
    auto entries = checked(journal_->read(from, 500));
    if (entries.empty() && wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
      entries = checked(journal_->read(from, 500));
    }
    left_out_.tell();
    Page page{.events = {}, .next = entries.empty() ? from : entries.back().sequence};
    for (const JournalEntry& entry : entries)
      page.events.push_back(json::parse(entry.event).as_object());
    return page;
  }

  // Also those that were never seen, where a daemon is there to name them.
  std::vector<std::string> tenants() override {
    std::vector<std::string> names;
    for (const StoredTenant& stored : read_sqlite_states(storage_))
      names.push_back(stored.key.name);
    try {
      DaemonClient daemon({.storage_path = storage_});
      for (const std::string& name : watched_names(daemon))
        names.push_back(name);
    } catch (const FatalError&) {
      return names;
    }
    return names;
  }

 private:
  template <class T>
  static T checked(Result<T> result) {
    if (!result)
      throw FatalError(exit_failure, result.error().detail);
    return std::move(*result);
  }

  std::filesystem::path storage_;
  LeftOut left_out_;
  std::unique_ptr<Journal> journal_;
};

class DaemonSource : public Source {
 public:
  explicit DaemonSource(const DaemonPlace& place) : daemon_(place) {}

  Page read(std::optional<std::uint64_t> after, bool wait) override {
    std::string query = "limit=500";
    if (after)
      query += fmt::format("&after={}", *after);
    if (wait)
      query += "&wait=30s";
    const json::value data = get("/api/v1/events?" + query, wait);
    Page page;
    for (const json::value& event : data.at("events").as_array())
      page.events.push_back(event.as_object());
    page.next = data.at("next").to_number<std::uint64_t>();
    return page;
  }

  std::vector<std::string> tenants() override { return watched_names(daemon_); }

 private:
  // `patiently`: comes again while the daemon has no room.
  json::value get(const std::string& target, bool patiently) {
    for (;;) {
      try {
        return daemon_.get(target);
      } catch (const DaemonBusy&) {
        if (!patiently)
          throw;
      }
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
  }

  DaemonClient daemon_;
};

std::string_view text_of(const json::value& value) {
  return value.is_string() && !value.as_string().empty() ? std::string_view(value.as_string())
                                                         : "none";
}

void print_event(const json::object& event, const std::string& output) {
  if (output == "json") {
    print(json_line(event) + "\n");
    return;
  }
  const std::string line =
      fmt::format("{} {} {:<8} {}", text_of(event.at("sequence")), text_of(event.at("time")),
                  text_of(event.at("data").at("severity")), event_sentence(event));
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

// Which events are asked for.
struct Wanted {
  std::optional<WallTime> since;
  std::string tenant;  // empty: any

  bool operator()(const json::object& event) const {
    const auto time = parse_rfc3339(text_of(event.at("time")));
    return (!since || (time && *time >= *since)) &&
           (tenant.empty() || text_of(event.at("subject")) == tenant);
  }
};

Wanted wanted_by(const Options& options) {
  Wanted wanted;
  if (!options.since.empty())
    wanted.since = required_since(options.since);
  if (options.tenant.empty())
    return wanted;
  const auto name = read_tenant_name(options.tenant);
  if (!name)
    throw CLI::ValidationError("--tenant", name.error().detail);
  wanted.tenant = *name;
  return wanted;
}

// A name that nobody watches has no events for another reason than that nothing happened.
void refuse_unknown(const std::string& tenant, Source& source) {
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
  explicit Printer(const Options& options) : options_(options) {}

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
  const Options& options_;
  std::deque<json::object> kept_;
  std::size_t taken_ = 0;
  std::size_t printed_ = 0;
};

int run(const Options& options) {
  const Wanted wanted = wanted_by(options);
  std::unique_ptr<Source> source;
  if (options.daemon.url.empty())
    source = std::make_unique<StorageSource>(options.daemon.storage_path);
  else
    source = std::make_unique<DaemonSource>(options.daemon);
  if (options.follow && !wanted.tenant.empty())
    refuse_unknown(wanted.tenant, *source);
  Printer printer(options);
  std::optional<std::uint64_t> after = options.after;
  for (bool more = !printer.full(); more;) {
    const Page page = source->read(after, options.follow);
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
  if (printer.taken() == 0 && !wanted.tenant.empty())
    refuse_unknown(wanted.tenant, *source);
  return 0;
}

struct RedeliverOptions {
  std::string sink;
  std::string id;
  std::string since;
};

int redeliver(const Options& where, const RedeliverOptions& options) {
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
  const auto options = std::make_shared<Options>();
  const auto storage = command
                           ->add_option("--storage.path", options->daemon.storage_path,
                                        "Read this storage, also beside a running daemon")
                           ->capture_default_str();
  add_url_options(*command, options->daemon, "Ask the daemon at this URL instead")
      ->excludes(storage);
  command->add_option("--after", options->after, "Only events after this sequence number");
  command->add_option("--since", options->since,
                      "Only events since this time (RFC 3339), or of the last such as 24h");
  command->add_option("--tenant", options->tenant, "Only events of this tenant");
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
  command->callback([options, redelivery, again, &exit_code] {
    exit_code = again->parsed() ? redeliver(*options, *redelivery) : run(*options);
  });
}

}  // namespace tenantscope
