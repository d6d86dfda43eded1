// The checksum of a stored row: the first 8 bytes of the SHA-256 of its values, each written with
// its kind and length, so that no two rows read the same. One rule for every store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tenantscope {

class RowChecksum {
 public:
  RowChecksum();

  // The row's values, in the order of its columns.
  void add(std::nullopt_t);
  void add(std::int64_t value);
  void add(double value);
  void add(std::string_view text);
  void add_bytes(std::string_view bytes);  // that are no text: a store may compare them otherwise

  std::int64_t value() const;

 private:
  void add(char kind, std::uint64_t number);
  void add(char kind, std::string_view bytes);

  std::string bytes_;
};

}  // namespace tenantscope
