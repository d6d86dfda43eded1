#include "commands/events.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
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
#include "base/text/visible.hpp"
#include "base/time.hpp"
#include "commands/daemon_client.hpp"
#include "commands/printing.hpp"
#include "config/tenant_reference.hpp"
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
};

class StorageSource : public Source {
 public:
  explicit StorageSource(const std::filesystem::path& storage)
      : journal_(open_sqlite_journal(
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

 private:
  template <class T>
  static T checked(Result<T> result) {
    if (!result)
      throw FatalError(exit_failure, result.error().detail);
    return std::move(*result);
  }

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

std::string in_words(const json::object& data) {
  std::string what;
  const auto add = [&](std::string text) { what += (what.empty() ? "" : ", ") + std::move(text); };
  if (data.contains("collaboration"))
    return fmt::format("{}: {} invites {}: {} -> {}", text_of(data.at("collaboration")),
                       text_of(data.at("host")), text_of(data.at("guest")),
                       text_of(data.at("from")), text_of(data.at("to")));
  if (const json::value* expectations = data.if_contains("expectations")) {
    for (const json::value& change : expectations->as_array())
      add(fmt::format("expectation {}: {} expected {}, is {}",
                      change.at("met").as_bool() ? "met again" : "not met",
                      text_of(change.at("expectation")), text_of(change.at("expected")),
                      text_of(change.at("actual"))));
    return what;
  }
  for (const json::value& change : data.at("changes").as_array())
    add(fmt::format("{}: {} -> {}", text_of(change.at("field")), text_of(change.at("from")),
                    text_of(change.at("to"))));
  if (what.empty())
    what = fmt::format(
        "{}: region scope {}, b2b {}",
        data.contains("reason") ? "seen anew, as its stored state was damaged" : "first seen",
        text_of(data.at("current").at("region_scope")), text_of(data.at("current").at("b2b")));
  return data.contains("drill") ? "DRILL: " + what : what;
}

void print_event(const json::object& event, const std::string& output) {
  if (output == "json") {
    print(json_line(event) + "\n");
    return;
  }
  const json::object& data = event.at("data").as_object();
  const std::string line =
      fmt::format("{} {} {:<8} {}@{} {}", text_of(event.at("sequence")), text_of(event.at("time")),
                  text_of(data.at("severity")), text_of(data.at("tenant")),
                  text_of(data.at("asked")), in_words(data));
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
  if (text_of(event.at("subject")) != tenant.name)
    return false;
  const json::value* const asked = event.at("data").as_object().if_contains("asked");
  return !tenant.cloud || (asked && text_of(*asked) == *tenant.cloud);
}

int run(const Options& options) {
  std::optional<WallTime> since;
  if (!options.since.empty())
    since = required_since(options.since);
  TenantReference tenant;
  if (!options.tenant.empty()) {
    const Result<TenantReference> written = parse_tenant_reference(options.tenant);
    if (!written)
      throw CLI::ValidationError("--tenant", written.error().detail);
    tenant = *written;
  }

  std::unique_ptr<Source> source;
  if (options.daemon.url.empty())
    source = std::make_unique<StorageSource>(options.daemon.storage_path);
  else
    source = std::make_unique<DaemonSource>(options.daemon);
  std::optional<std::uint64_t> after = options.after;
  for (bool more = true; more;) {
    const Page page = source->read(after, options.follow);
    for (const json::object& event : page.events) {
      const auto time = parse_rfc3339(text_of(event.at("time")));
      const bool wanted =
          (!since || (time && *time >= *since)) && (tenant.name.empty() || is_of(event, tenant));
      if (wanted)
        print_event(event, options.output);
      std::cout.flush();
    }
    more = options.follow || !page.events.empty();
    after = page.next;
  }
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
  command->add_option("--tenant", options->tenant,
                      "Only events of this tenant; NAME@CLOUD: as it is asked there");
  command->add_flag("--follow", options->follow, "Go on with new events as they come");
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
