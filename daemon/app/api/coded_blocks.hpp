// What was compressed for the last scrape and is mostly the same for the next, so that it needn't
// be compressed again. On the web thread.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "web/gzip.hpp"
#include "web/response.hpp"

namespace tenantscope {

class CodedBlocks {
 public:
  explicit CodedBlocks(std::size_t most_bytes = 64 * mib) : most_bytes_(most_bytes) {}

  // `piece` compressed: as it was last at its place, if it hasn't changed. Valid until the next
  // call.
  const GzipBlock& code(const WebPiece& piece, SteadyTime now);

  // What nobody has asked for in a while.
  void drop_unused(SteadyTime now);

  std::size_t bytes() const { return bytes_; }
  std::uint64_t compressions() const { return compressions_; }

 private:
  struct Kept {
    GzipBlock block;
    std::size_t hash = 0;
    SteadyTime used;
  };

  GzipBlock compress(const WebPiece& piece);

  std::size_t most_bytes_;
  GzipCompressor compressor_;
  std::unordered_map<std::uint64_t, Kept> kept_;  // by place
  GzipBlock passing_;
  std::size_t bytes_ = 0;
  std::uint64_t compressions_ = 0;
  SteadyTime looked_ = SteadyTime::min();
};

}  // namespace tenantscope
