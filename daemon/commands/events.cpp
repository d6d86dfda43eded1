#include "commands/events.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/result.hpp"
#include "core/time.hpp"
#include "io/clock.hpp"
#include "io/fetcher.hpp"
#include "io/idn.hpp"
#include "io/sqlite_ledger.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

struct Options {
  std::filesystem::path storage_path = "data";
  std::string url;
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

class Source {
 public:
  virtual ~Source() = default;
  // The events after `after` (without it: from the oldest). With `wait` it waits a while for one where there is none.
  virtual Page read(std::optional<std::uint64_t> after, bool wait) = 0;
};

class StorageSource : public Source {
 public:
  explicit StorageSource(const std::filesystem::path& storage) : journal_(open_sqlite_journal(storage)) {}

  Page read(std::optional<std::uint64_t> after, bool wait) override {
    const std::uint64_t from = after ? *after : checked(journal_->oldest()) - 1;
    auto entries = checked(journal_->read(from, 500));
    if (entries.empty() && wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
      entries = checked(journal_->read(from, 500));
    }
    Page page{.events = {}, .next = entries.empty() ? from : entries.back().sequence};
    for (const JournalEntry& entry : entries) page.events.push_back(json::parse(entry.event).as_object());
    return page;
  }

 private:
  template <class T>
  static T checked(Result<T> result) {
    if (!result) throw FatalError(exit_failure, result.error().detail);
    return std::move(*result);
  }

  std::unique_ptr<Journal> journal_;
};

class DaemonSource : public Source {
 public:
  explicit DaemonSource(std::string url) : url_(std::move(url)) {
    while (url_.ends_with('/')) url_.pop_back();
  }

  Page read(std::optional<std::uint64_t> after, bool wait) override {
    std::string query = "limit=50";  // stays under what the fetcher reads of an answer
    if (after) query += fmt::format("&after={}", *after);
    if (wait) query += "&wait=30s";
    FetchRequest request{.url = fmt::format("{}/api/v1/events?{}", url_, query), .timeout = std::chrono::seconds(45)};
    boost::asio::io_context loop(1);
    auto answer = co_spawn(loop, fetcher_.fetch(std::move(request)), boost::asio::use_future);
    loop.run();
    const auto response = answer.get();
    if (!response) throw FatalError(exit_failure, fmt::format("{}: {}", url_, response.error().detail));

    json::error_code malformed;
    const json::value body = json::parse(response->body, malformed);
    const json::object* object = malformed ? nullptr : body.if_object();
    if (!object || !object->contains("status")) throw FatalError(exit_failure, fmt::format("{}: no tenantscope answers there", url_));
    if (response->status != 200) throw FatalError(exit_failure, fmt::format("{}: {}", url_, std::string_view(object->at("error").as_string())));
    Page page;
    for (const json::value& event : object->at("data").at("events").as_array()) page.events.push_back(event.as_object());
    page.next = object->at("data").at("next").to_number<std::uint64_t>();
    return page;
  }

 private:
  std::string url_;
  Fetcher fetcher_;
};

std::string_view text_of(const json::value& value) {
  return value.is_string() && !value.as_string().empty() ? std::string_view(value.as_string()) : "none";
}

void print(const json::object& event, const std::string& output) {
  if (output == "json") {
    std::cout << json::serialize(event) << std::endl;
    return;
  }
  const json::object& data = event.at("data").as_object();
  std::string what;
  for (const json::value& change : data.at("changes").as_array())
    what += fmt::format("{}{}: {} -> {}", what.empty() ? "" : ", ", text_of(change.at("field")), text_of(change.at("from")), text_of(change.at("to")));
  if (what.empty()) what = fmt::format("first seen: region scope {}, b2b {}", text_of(data.at("current").at("region_scope")), text_of(data.at("current").at("b2b")));
  std::cout << fmt::format("{} {} {:<8} {}@{} {}", text_of(event.at("sequence")), text_of(event.at("time")), text_of(data.at("severity")),
                           text_of(data.at("tenant")), text_of(data.at("asked")), what)
            << std::endl;
}

std::optional<WallTime> read_since(const std::string& text) {
  if (const auto ago = parse_duration(text)) return wall_now() - *ago;
  return parse_rfc3339(text);
}

int run(const Options& options) {
  std::optional<WallTime> since;
  if (!options.since.empty()) {
    since = read_since(options.since);
    if (!since) throw CLI::ValidationError("--since", fmt::format("neither a time such as 2026-11-23T10:00:00Z nor a duration such as 24h: `{}`", options.since));
  }
  std::string tenant;
  if (!options.tenant.empty()) {
    const auto name = read_tenant_name(options.tenant);
    if (!name) throw CLI::ValidationError("--tenant", name.error().detail);
    tenant = *name;
  }

  std::unique_ptr<Source> source;
  if (options.url.empty()) source = std::make_unique<StorageSource>(options.storage_path);
  else source = std::make_unique<DaemonSource>(options.url);
  std::optional<std::uint64_t> after = options.after;
  for (bool more = true; more;) {
    const Page page = source->read(after, options.follow);
    for (const json::object& event : page.events) {
      const auto time = parse_rfc3339(text_of(event.at("time")));
      const bool wanted = (!since || (time && *time >= *since)) && (tenant.empty() || text_of(event.at("subject")) == tenant);
      if (wanted) print(event, options.output);
    }
    more = options.follow || !page.events.empty();
    after = page.next;
  }
  return 0;
}

}  // namespace

void add_events(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("events", "Prints the journal of changes, oldest first");
  const auto options = std::make_shared<Options>();
  const auto storage = command->add_option("--storage.path", options->storage_path, "Read this storage, also beside a running daemon")->capture_default_str();
  command->add_option("--url", options->url, "Ask the daemon at this URL instead, such as http://127.0.0.1:10944")->excludes(storage);
  command->add_option("--after", options->after, "Only events after this sequence number");
  command->add_option("--since", options->since, "Only events since this time (RFC 3339), or of the last such as 24h");
  command->add_option("--tenant", options->tenant, "Only events of this tenant");
  command->add_flag("--follow", options->follow, "Go on with new events as they come");
  command->add_option("--output", options->output, "text or json: one event a line")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace tenantscope
