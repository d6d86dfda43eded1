// Reads the configuration anew while the loop goes on: whole at a reload, and where its file is
// followed and has changed; its lists alone when one of these has. One at a time; what has no
// errors is put into force, of anything else the last good one stays, and so it does where many
// tenants would leave, until a second look says the same. On the loop's thread, and a thread of its
// own that reads.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/reload/config_standing.hpp"
#include "app/reload/reader_thread.hpp"
#include "app/reload/tenant_lists.hpp"
#include "base/async_mutex.hpp"
#include "metrics/instruments.hpp"

namespace tenantscope {

class Reloads {
 public:
  struct Listener {
    std::function<void(NewConfig& config)> put_into_force;
    std::function<void()> reloaded;                  // as the operator wished, after that
    Duration second_look = std::chrono::seconds(5);  // at a reload that takes many tenants away
  };
  using Done = std::function<void(std::string findings)>;  // empty: reloaded

  // `now`: what is in force, without its settings.
  Reloads(boost::asio::any_io_executor loop, const ServeOptions& options, ReaderThread::Plan plan,
          TenantLists& lists, Instruments& instruments, const Log& log, ServeConfig now,
          std::shared_ptr<const Settings> settings, Listener listener);

  // Who asks before the next reload begins to read gets what comes of that one.
  void ask(Done done);
  // These are taken only where they are still as `files` says: the configuration's own file, and
  // those of `tenant_files`.
  boost::asio::awaitable<ListOutcome> follow_configuration(std::vector<FileStamp> files);
  boost::asio::awaitable<ListOutcome> follow_files(std::vector<FileStamp> files);
  boost::asio::awaitable<ListOutcome> follow_url(std::string url, std::string text);

  // With what another daemon of this process may begin; and what of its sources isn't in force.
  LoadedConfig in_force() const;
  const ConfigStanding& standing() const { return standing_; }

  // Answers who waits and ends what is being read; nothing comes into force any more.
  void stop(const std::string& why = "stopping");

 private:
  struct Reloaded {
    ListOutcome outcome = ListOutcome::taken;
    std::string findings = {};  // that the operator is told; empty: it is in force
  };
  // Of the lists; the configuration itself is as it was.
  struct ListReading {
    std::string source;  // that has changed
    std::map<std::string, std::string> lists;
    std::vector<FileStamp> files;  // the tenant files have to be so
  };

  boost::asio::awaitable<void> reload_in_turn();
  // `at_rest`: how the configuration's file has to be; nothing: as it is, the operator says.
  boost::asio::awaitable<Reloaded> reload(std::optional<FileStamp> at_rest);
  static Reloaded stopping();
  static Reloaded unsettled();
  bool settled(const LoadedConfig& loaded, const FileStamp& at_rest);
  boost::asio::awaitable<ListOutcome> reload_lists(ListReading wanted);
  void refuse_another_storage(NewConfig& config) const;
  Reloaded refuse(const ServeConfig& loaded, bool asked);
  bool refuse_list(const LoadedConfig& loaded, const ListReading& wanted);
  std::vector<ConfigFinding> findings_of(const LoadedConfig& loaded,
                                         const std::string& source) const;
  void warn_of_news(const LoadedConfig& loaded);
  bool let_go(const std::string& source, const NewConfig& config);
  Reloaded look_again(const Changeover& changeover);
  bool withdraw_offers(const LoadedConfig& loaded);
  void put_into_force(NewConfig& config);
  void take_text(LoadedConfig& loaded);
  void show_standing();

  boost::asio::any_io_executor loop_;
  const ServeOptions& options_;
  TenantLists& lists_;
  Instruments& instruments_;
  const Log& log_;
  Listener listener_;
  std::shared_ptr<const Settings> settings_;
  std::string text_;              // that settings_ come from; empty where no list is read beside it
  std::vector<FileStamp> files_;  // as settings_ have them
  std::optional<FileStamp> own_file_;
  std::vector<FileStamp> seen_files_;    // as a configuration that is followed had them last
  std::vector<std::string> unmatched_;   // patterns of settings_
  std::vector<ConfigFinding> warnings_;  // of the last reading
  ConfigStanding standing_;
  std::map<std::string, std::string> offered_;  // by URL, what a second look has to confirm
  boost::asio::steady_timer second_look_{loop_};
  AsyncMutex one_at_a_time_{loop_};
  std::vector<Done> asked_;    // since the last reload began to read
  std::vector<Done> awaited_;  // of that one
  ReaderThread reader_;
};

}  // namespace tenantscope
