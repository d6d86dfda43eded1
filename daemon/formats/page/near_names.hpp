// The tenants whose names are like one that nobody watches: who has mistyped it finds his own.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tenant.hpp"

namespace tenantscope {

class NearNames {
 public:
  static constexpr std::size_t most = 5;
  static constexpr std::size_t most_compared = 20'000;

  explicit NearNames(std::string wanted);

  // What it takes is bounded, however many are offered: of names that begin otherwise, or are much
  // longer or shorter, only whether one has the other in it is looked at, and after
  // `most_compared` of the others they are passed over.
  void offer(const TenantKey& tenant);

  // The nearest first.
  std::vector<TenantKey> found() const;

 private:
  struct Near {
    std::size_t slips;
    TenantKey tenant;
    auto operator<=>(const Near&) const = default;
  };

  // Nothing near: `far`.
  static constexpr std::size_t far = std::size_t(-1);
  std::size_t slips_of(std::string_view name);
  bool holds_the_other(std::string_view name) const;

  std::string wanted_;
  std::string first_label_;
  std::size_t compared_ = 0;
  std::vector<Near> near_;  // in order
};

}  // namespace tenantscope
