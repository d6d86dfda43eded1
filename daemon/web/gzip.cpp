#include "web/gzip.hpp"

#include <zlib.h>

#include <array>
#include <new>

#include "base/bytes.hpp"

namespace tenantscope {
namespace {

constexpr int with_gzip_header = 16;
constexpr int usual_memory = 8;
constexpr std::size_t most_at_once = mib;  // zlib counts in 32 bits

class Deflate {
 public:
  // MAX_WBITS for zlib's format, negative for none, plus `with_gzip_header` for gzip's.
  explicit Deflate(int window) {
    if (::deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, window, usual_memory,
                       Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~Deflate() { ::deflateEnd(&stream_); }
  Deflate(const Deflate&) = delete;
  Deflate& operator=(const Deflate&) = delete;

  // All of `text`, with `flush` at its end.
  std::string put(std::string_view text, int flush) {
    std::string out;
    do {
      const std::string_view part = text.substr(0, most_at_once);
      text.remove_prefix(part.size());
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
      stream_.avail_in = uInt(part.size());
      do {
        stream_.next_out = reinterpret_cast<Bytef*>(room_.data());
        stream_.avail_out = uInt(room_.size());
        ::deflate(&stream_, text.empty() ? flush : Z_NO_FLUSH);
        out.append(room_.data(), room_.size() - stream_.avail_out);
      } while (stream_.avail_out == 0);
    } while (!text.empty());
    return out;
  }

 private:
  z_stream stream_{};
  std::array<char, 64 * kib> room_;
};

std::uint32_t crc_of(std::string_view text) {
  return std::uint32_t(::crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

void append_little_endian(std::string& out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i, value >>= 8)
    out += char(value & 0xff);
}

}  // namespace

std::string gzip(std::string_view text) {
  return Deflate(MAX_WBITS + with_gzip_header).put(text, Z_FINISH);
}

struct GzipCompressor::Deflater : Deflate {
  using Deflate::Deflate;
};

GzipCompressor::GzipCompressor() : deflater_(std::make_unique<Deflater>(-MAX_WBITS)) {}

GzipCompressor::~GzipCompressor() = default;

GzipBlock GzipCompressor::compress(std::string_view text) {
  GzipBlock block{
      .deflated = deflater_->put(text, Z_FULL_FLUSH), .crc = crc_of(text), .size = text.size()};
  block.deflated.shrink_to_fit();
  return block;
}

std::string_view GzipMember::head() {
  constexpr char deflate = 8, fastest = 4, unix = 3;
  static constexpr std::array<char, 10> bytes{'\x1f', '\x8b', deflate, 0,       0,
                                              0,      0,      0,       fastest, unix};
  return {bytes.data(), bytes.size()};
}

void GzipMember::add(const GzipBlock& block) {
  crc_ = std::uint32_t(::crc32_combine(crc_, block.crc, z_off_t(block.size)));
  size_ += std::uint32_t(block.size);
}

std::string GzipMember::tail() const {
  std::string bytes{'\x03', '\0'};  // the last block, an empty one
  append_little_endian(bytes, crc_);
  append_little_endian(bytes, size_);
  return bytes;
}

}  // namespace tenantscope
