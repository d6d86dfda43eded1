#include "io/gzip.hpp"

#include <zlib.h>

#include <array>
#include <new>

namespace tenantscope {
namespace {

constexpr int with_gzip_header = 16;
constexpr int usual_memory = 8;
constexpr std::size_t most_at_once = 1 << 20;  // zlib counts in 32 bits

struct Deflater {
  Deflater() {
    if (::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + with_gzip_header, usual_memory, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~Deflater() { ::deflateEnd(&stream); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  z_stream stream{};
};

}  // namespace

std::string gzip(std::string_view text) {
  Deflater deflater;
  z_stream& stream = deflater.stream;
  std::string out;
  std::array<char, 64 * 1024> room;
  do {
    const std::string_view part = text.substr(0, most_at_once);
    text.remove_prefix(part.size());
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    stream.avail_in = uInt(part.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(room.data());
      stream.avail_out = uInt(room.size());
      ::deflate(&stream, text.empty() ? Z_FINISH : Z_NO_FLUSH);
      out.append(room.data(), room.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  } while (!text.empty());
  return out;
}

}  // namespace tenantscope
