#include "app/api/coded_blocks.hpp"

#include <functional>
#include <string_view>

namespace tenantscope {
namespace {

constexpr auto unused_time = std::chrono::minutes(10);
constexpr auto look_interval = std::chrono::minutes(1);

}  // namespace

const GzipBlock& CodedBlocks::code(const WebPiece& piece, SteadyTime now) {
  if (piece.place == 0)
    return passing_ = compress(piece);
  const std::size_t hash = std::hash<std::string_view>{}(piece.text);
  const auto known = kept_.find(piece.place);
  if (known != kept_.end() && known->second.hash == hash &&
      known->second.block.size == piece.text.size()) {
    known->second.used = now;
    return known->second.block;
  }
  GzipBlock block = compress(piece);
  const std::size_t before = known == kept_.end() ? 0 : known->second.block.deflated.size();
  if (bytes_ - before + block.deflated.size() > most_bytes_)
    return passing_ = std::move(block);
  bytes_ += block.deflated.size() - before;
  return (kept_[piece.place] = {.block = std::move(block), .hash = hash, .used = now}).block;
}

void CodedBlocks::drop_unused(SteadyTime now) {
  if (looked_ != SteadyTime::min() && now - looked_ < look_interval)
    return;
  looked_ = now;
  std::erase_if(kept_, [&](const auto& entry) {
    const Kept& kept = entry.second;
    if (now - kept.used < unused_time)
      return false;
    bytes_ -= kept.block.deflated.size();
    return true;
  });
}

GzipBlock CodedBlocks::compress(const WebPiece& piece) {
  ++compressions_;
  return compressor_.compress(piece.text);
}

}  // namespace tenantscope
