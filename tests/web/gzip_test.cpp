#include "web/gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <vector>

#include "base/bytes.hpp"

namespace tenantscope {
namespace {

// What zlib makes of it again. Throws where it is no gzip stream, or where something follows it.
std::string gunzip(std::string text) {
  z_stream stream{};
  if (::inflateInit2(&stream, MAX_WBITS + 16) != Z_OK)
    throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = uInt(text.size());
  std::string out;
  int code = Z_OK;
  for (std::string room(100'000, '\0'); code == Z_OK;) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = uInt(room.size());
    code = ::inflate(&stream, Z_NO_FLUSH);
    out.append(room, 0, room.size() - stream.avail_out);
  }
  ::inflateEnd(&stream);
  if (code != Z_STREAM_END || stream.avail_in > 0)
    throw std::runtime_error("no gzip stream");
  return out;
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string text(size, '\0');
  for (char& c : text)
    c = char(random());
  return text;
}

TEST(Gzip, ComesBackAsItWas) {
  std::vector<std::string> texts{"",
                                 "a",
                                 std::string(3, '\0'),
                                 noise(1000),
                                 noise(64 * kib),
                                 noise((1 << 20) - 1),
                                 noise(1 << 20),
                                 noise((1 << 20) + 1),
                                 noise(5'000'000)};
  texts.push_back(std::string(30'000'000, 'x'));
  for (const std::string& text : texts)
    EXPECT_TRUE(gunzip(gzip(text)) == text) << text.size() << " bytes";
}

TEST(Gzip, GainsSomething) {
  std::string series;
  for (int i = 0; i < 10'000; ++i)
    series +=
        "tenantscope_tenant_up{tenant=\"t" + std::to_string(i) + ".example\",asked=\"global\"} 1\n";
  EXPECT_LT(gzip(series).size(), series.size() / 10);
  EXPECT_EQ(gzip(series), gzip(series));
}

std::string member_of(const std::vector<std::string>& texts) {
  GzipCompressor compressor;
  GzipMember member;
  std::string bytes(GzipMember::head());
  for (const std::string& text : texts) {
    const GzipBlock block = compressor.compress(text);
    member.add(block);
    bytes += block.deflated;
  }
  return bytes + member.tail();
}

TEST(GzipBlocks, AreOneMemberTogether) {
  const std::string series = "tenantscope_tenant_up{tenant=\"a.example\",asked=\"global\"} 1\n";
  const std::vector<std::vector<std::string>> rows{{},
                                                   {""},
                                                   {"a"},
                                                   {"a", "", "b"},
                                                   {series, series, series},
                                                   {noise(100'000), series, noise((1 << 20) + 1)},
                                                   std::vector<std::string>(1000, series)};
  for (const auto& texts : rows) {
    std::string whole;
    for (const std::string& text : texts)
      whole += text;
    EXPECT_TRUE(gunzip(member_of(texts)) == whole)
        << texts.size() << " blocks, " << whole.size() << " bytes";
  }
}

TEST(GzipBlocks, AreTheSameWhateverCameBefore) {
  GzipCompressor compressor;
  const std::string text = noise(1000);
  const GzipBlock first = compressor.compress(text);
  EXPECT_EQ(compressor.compress(text).deflated, first.deflated)
      << "nothing refers to what was before";
  compressor.compress(noise(300'000));
  EXPECT_EQ(compressor.compress(text).deflated, first.deflated);
}

TEST(GzipBlocks, CountTheirBytesModuloTwoToTheThirtyTwo) {
  GzipMember member;
  for (int i = 0; i < 5; ++i)
    member.add({.deflated = {}, .crc = 0, .size = 1 << 30});
  EXPECT_EQ(member.tail().substr(6), std::string({'\0', '\0', '\0', '\x40'}));
}

}  // namespace
}  // namespace tenantscope
