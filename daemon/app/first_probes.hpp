// Tenants never seen whose first probe isn't over yet. By their numbers: a bit each.
#pragma once

#include <cstddef>
#include <vector>

namespace tenantscope {

class FirstProbes {
 public:
  void await(std::size_t tenant) {
    if (tenant >= awaited_.size())
      awaited_.resize(tenant + 1);
    left_ += !awaited_[tenant];
    awaited_[tenant] = true;
  }
  // It was probed, or has left. True: it was the last one.
  bool over(std::size_t tenant) {
    if (tenant >= awaited_.size() || !awaited_[tenant])
      return false;
    awaited_[tenant] = false;
    return --left_ == 0;
  }
  std::size_t left() const { return left_; }

 private:
  std::vector<bool> awaited_;
  std::size_t left_ = 0;
};

}  // namespace tenantscope
