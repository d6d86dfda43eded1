#include "formats/page/near_names.hpp"

#include <algorithm>
#include <utility>

#include "base/text/slip.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t shortest_label = 3;           // a shorter one is in too many names
constexpr std::size_t most_slips = 3;               // of which people say that it is the same name
constexpr std::size_t longest_name = 80;            // longer ones aren't compared letter by letter
constexpr std::size_t of_another = 1 + most_slips;  // one has the other's first label in it

std::string_view first_label_of(std::string_view name) { return name.substr(0, name.find('.')); }

}  // namespace

NearNames::NearNames(std::string wanted)
    : wanted_(std::move(wanted)), first_label_(first_label_of(wanted_)) {}

bool NearNames::holds_the_other(std::string_view name) const {
  const std::string_view label = first_label_of(name);
  return (first_label_.size() >= shortest_label && name.find(first_label_) != name.npos) ||
         (label.size() >= shortest_label && wanted_.find(label) != wanted_.npos);
}

std::size_t NearNames::slips_of(std::string_view name) {
  const bool of_one_length =
      std::max(name.size(), wanted_.size()) <= std::min(name.size(), wanted_.size()) + most_slips;
  const bool comparable = of_one_length && !name.empty() && !wanted_.empty() &&
                          name.size() <= longest_name && name.front() == wanted_.front();
  if (comparable && compared_ < most_compared) {
    ++compared_;
    if (const std::size_t slips = slips_between(name, wanted_); slips <= most_slips)
      return slips;
  }
  return holds_the_other(name) ? of_another : far;
}

void NearNames::offer(const TenantKey& tenant) {
  const std::size_t slips = slips_of(tenant.name);
  if (slips == far)
    return;
  Near near{slips, tenant};
  near_.insert(std::ranges::upper_bound(near_, near), std::move(near));
  if (near_.size() > most)
    near_.pop_back();
}

std::vector<TenantKey> NearNames::found() const {
  std::vector<TenantKey> tenants;
  for (const Near& near : near_)
    tenants.push_back(near.tenant);
  return tenants;
}

}  // namespace tenantscope
