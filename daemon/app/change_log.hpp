// What the log says of tenants and pairs: one line per transition, and per onset and end of a
// failure. On the loop's thread.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "app/table.hpp"
#include "base/log.hpp"
#include "domain/event.hpp"

namespace tenantscope {

class ChangeLog {
 public:
  explicit ChangeLog(const Log& log) : log_(log) {}

  void committed(const TenantKey& key, const Transition& transition,
                 std::span<const ChangeEvent> events, RuleSet rules, std::uint64_t sequence) const;
  // `before`: why the probe before this one failed. `authoritys`: the failure is its authority's,
  // and told as that.
  void probed(const TenantKey& key, const Result<Finding>& finding, std::optional<ErrorKind> before,
              bool authoritys);
  void pair(std::string_view msg, const PairChange& change) const;
  // The table's rules were `from` until now.
  void rejudged(const Table& table, RuleSet from) const;

 private:
  void expectation(const TenantKey& key, const ExpectationChange& change) const;

  const Log& log_;
  std::set<TenantKey> failing_;  // whose onset was told
};

}  // namespace tenantscope
