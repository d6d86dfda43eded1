// gzip (zlib), at the level that costs least. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tenantscope {

std::string gzip(std::string_view text);

// A stretch of text that is compressed by itself.
struct GzipBlock {
  std::string deflated;
  std::uint32_t crc = 0;  // of the text
  std::uint64_t size = 0;
};

class GzipCompressor {
 public:
  GzipCompressor();
  ~GzipCompressor();

  GzipBlock compress(std::string_view text);

 private:
  struct Deflater;
  std::unique_ptr<Deflater> deflater_;
};

// Blocks in a row between a head and a tail are one gzip member, which is all that many clients
// read.
class GzipMember {
 public:
  static std::string_view head();
  void add(const GzipBlock& block);
  std::string tail() const;

 private:
  std::uint32_t crc_ = 0;
  std::uint32_t size_ = 0;  // modulo 2^32, as gzip wants it
};

}  // namespace tenantscope
