// Tenants whose commit has failed, and may be in the ledger all the same. A tenant may show again
// what the table has of it, so that no other attempt finds out: the ledger is asked what it has, as
// soon as it answers. On the loop's thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "app/ledger_thread.hpp"

namespace tenantscope {

// What the ledger has of a tenant, and its newest events where its generation isn't the one that
// was known.
struct TenantInLedger {
  StoredTenant stored;
  std::vector<JournalEntry> newest;  // newest first
};

// On the ledger's thread.
Result<TenantInLedger> find_tenant(Ledger& ledger, const TenantKey& tenant, std::uint64_t known);

class Unsettled {
 public:
  // Called for each of them.
  using Found = std::function<void(TenantInLedger found)>;
  // The ledger has said of all of them what it has.
  using Settled = std::function<void()>;

  // `look_again`: how long after the ledger didn't say what it has.
  Unsettled(boost::asio::any_io_executor loop, LedgerThread& ledger, Duration look_again,
            Found found, Settled settled);

  // `generation`: what is known of it. False where the ledger is to be asked about it already.
  bool add(const TenantKey& tenant, std::uint64_t generation, bool in_a_pair);

  // One of a pair was among them, and not all of them are settled yet.
  bool has_pairs() const { return has_pairs_; }

  // Nothing is told any more.
  void stop() { stopping_ = true; }

 private:
  boost::asio::awaitable<void> look();

  boost::asio::any_io_executor loop_;
  LedgerThread& ledger_;
  Duration look_again_;
  Found found_;
  Settled settled_;
  std::map<TenantKey, std::uint64_t> tenants_;
  bool has_pairs_ = false;
  bool looking_ = false;
  bool stopping_ = false;
};

}  // namespace tenantscope
