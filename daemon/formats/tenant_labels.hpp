// The labels by which each tenant's series are known, rendered once and all in one place: looking
// the names up for each series would cost more than all else about it.
#pragma once

#include <string_view>
#include <vector>

#include "domain/tenant.hpp"
#include "formats/metric_text.hpp"

namespace tenantscope {

// `tenant="…",asked="…"`.
void write_labels(MetricText& out, const TenantKey& key);

// By tenants' numbers, which are theirs for the life of the process.
class TenantLabels {
 public:
  std::size_t size() const { return ends_.size(); }
  // Of the next number.
  void add(const TenantKey& key);
  // Valid until the next add().
  std::string_view of(std::size_t number) const {
    const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
    return texts_.text().substr(begin, ends_[number] - begin);
  }

 private:
  MetricText texts_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace tenantscope
