// The checksum of a stored row: FNV-1a in 64 bits over its values, each written with its kind and
// length, so that no two rows read the same. It finds damage, not an edit that is meant to pass.
// One rule for every store.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/stable_hash.hpp"

namespace tenantscope {

class RowChecksum {
 public:
  // The row's values, in the order of its columns.
  void add(std::nullopt_t);
  void add(std::int64_t value);
  void add(double value);
  void add(std::string_view text);
  void add_bytes(std::string_view bytes);  // that are no text: a store may compare them otherwise

  std::int64_t value() const { return std::int64_t(hash_); }

 private:
  void add(char kind, std::uint64_t number);
  void add(char kind, std::string_view bytes);

  std::uint64_t hash_ = stable_hash({});
};

}  // namespace tenantscope
