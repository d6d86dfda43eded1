// Three daemons that share a ledger in a real PostgreSQL, a simulated authority whose tenants never
// rest, and a receiver: whoever has been seen in the journal with a value gets the next one. On the
// test's main thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "e2e/promises.hpp"
#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {

class Fleet {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr auto lease = std::chrono::milliseconds(2000);
  static constexpr int replicas = 3;
  static constexpr int tenants = 20;

  struct Database {
    std::array<std::vector<std::uint16_t>, replicas> ports;  // for each of them
    // Of the server that can be written to, the first column of the first row.
    std::function<std::string(const std::string& sql)> ask;
  };

  // Makes the ledger, and starts all of them. REQUIRES: no port of the first one is a standby's.
  explicit Fleet(Database database);

  Daemon& daemon(int replica) { return daemons_[std::size_t(replica)]->daemon(); }
  void launch(int replica);
  bool is_active(int replica);
  int await_active();

  // What the journal has got since.
  void look();
  void await_events(std::size_t more);
  std::uint64_t head() const;
  std::uint64_t last_event_of(int replica);  // that it shows
  // From a moment on until the ledger's head is above that; in milliseconds.
  std::chrono::milliseconds until_above(std::uint64_t head, Clock::time_point since);

  // No more changes: everything that is owed comes, and all of them end.
  void settle();
  // Every change is in the journal once, with what it followed, and came to the receiver: says how
  // often again. REQUIRES: it has settled.
  std::size_t check();

  // All events that the journal has or had, as they were seen; and now.
  const Lines& seen() const { return seen_; }
  Lines journal() const { return journal_behind(0); }
  std::vector<Post> posts() const { return receiver_.posts(); }
  std::string logs();  // the last of each

  static std::string name_of(int tenant);
  static std::string value_of(int count);
  int values_seen(int tenant) { return kept_[tenant]; }

 private:
  std::string configured(int replica) const;
  Lines journal_behind(std::uint64_t sequence) const;
  void take(const std::string& line);
  bool all_posted() const;

  Database database_;
  Simulator authority_;
  Receiver receiver_;
  std::vector<std::unique_ptr<Deployment>> daemons_;
  std::map<int, int> kept_;  // how many of its values were seen, by tenant
  Lines seen_;
  std::uint64_t last_seen_ = 0;
  bool settling_ = false;
};

}  // namespace tenantscope::e2e
