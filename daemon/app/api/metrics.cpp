#include "app/api/metrics.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "app/api/answer.hpp"
#include "app/api/table_blocks.hpp"
#include "app/pairs.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "domain/shard.hpp"
#include "formats/exposition.hpp"
#include "system/process.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t widest_block =
    4 * block_tenants;  // of a shard: those of other shards are passed over
constexpr std::size_t block_pairs = 100;
constexpr std::size_t least_kept = 200;  // tenants: compressing fewer isn't worth remembering
constexpr std::size_t enough_bytes = 16 * kib;  // smaller blocks go together

// Each family goes through all tenants again, which no cache holds: their memory is asked for
// before it is needed.
constexpr std::size_t ahead = 8;
void fetch(const Watch& watch) {
  for (std::size_t at = 0; at < sizeof watch; at += 64)
    __builtin_prefetch(reinterpret_cast<const char*>(&watch) + at);
}

class MetricsBody : public WebBody {
 public:
  MetricsBody(const Table& table, TenantLabels& labels, const Instruments& instruments,
              ExpositionFormat format, Shard shard)
      : table_(table),
        labels_(labels),
        instruments_(instruments),
        shard_(shard),
        block_(std::min(block_tenants * shard.count, widest_block)),
        exposition_(format) {
    const std::lock_guard lock(table_.mutex);
    extent_ = table_.watches.size();
    collaborations_ = table_.collaborations;
  }

  WebPiece next() override {
    exposition_.clear();
    while (stage_ != Stage::over) {
      const std::uint64_t place = place_of_next();
      if (place != 0 && !exposition_.text().empty())
        break;
      add_block();
      if (place != 0 && !exposition_.text().empty())
        return {exposition_.text(), place};
      if (exposition_.text().size() >= enough_bytes)
        break;
    }
    return {.text = exposition_.text()};
  }

 private:
  enum class Stage { tenants, pairs, daemon, over };

  const TenantFamily& family() const { return tenant_families()[family_]; }

  std::uint64_t place_of_next() const {
    if (stage_ != Stage::tenants || !begun_ || !family().steady || extent_ < least_kept)
      return 0;
    return std::uint64_t(1) << 63 | std::uint64_t(shard_.count) << 48 |
           std::uint64_t(shard_.number) << 36 | std::uint64_t(family_) << 28 | from_ / block_;
  }

  void add_block() {
    switch (stage_) {
      case Stage::tenants:
        return add_tenants();
      case Stage::pairs:
        return add_pairs();
      case Stage::daemon:
        return add_daemon();
      case Stage::over:
        return;
    }
  }

  void add_tenants() {
    if (!std::exchange(begun_, true))
      return exposition_.begin(family());
    const std::size_t end = std::min(extent_, from_ + block_);
    {
      const std::lock_guard lock(table_.mutex);
      for (; from_ < end; ++from_) {
        if (from_ + ahead < end)
          fetch(table_.watches[from_ + ahead]);
        const Watch& watch = table_.watches[from_];
        if (labels_.size() == from_)
          labels_.add(watch.settings->key);
        if (family_ == 0 && watch.watched)
          ++capabilities_[std::size_t(shown_capability(watch, table_.rules))];
        if (is_in_shard(watch) && watch.watched)
          exposition_.tenant(
              family(),
              {.watch = watch, .labels = labels_.of(from_), .rules = table_.rules, .now = now_});
      }
    }
    if (from_ < extent_)
      return;
    from_ = 0;
    begun_ = false;
    if (++family_ == tenant_families().size())
      stage_ = Stage::pairs;
  }

  // The tenant at `from_`: found out with the first family.
  bool is_in_shard(const Watch& watch) {
    if (shard_.count == 1)
      return true;
    if (in_shard_.size() == from_)
      in_shard_.push_back(shard_.has(watch.settings->key));
    return in_shard_[from_];
  }

  void add_pairs() {
    if (!std::exchange(begun_, true))
      return exposition_.begin_pairs();
    const std::lock_guard lock(table_.mutex);
    for (std::size_t i = 0; i < block_pairs; ++i) {
      const auto pair = pairs_.next();
      if (!pair) {
        stage_ = Stage::daemon;
        return;
      }
      if (shard_.has(pair->host.key))
        exposition_.pair({pair->collaboration.name, pair->host.shown, pair->guest_shown(),
                          capability_of(table_, *pair)});
    }
  }

  // What isn't any tenant's comes once.
  void add_daemon() {
    if (shard_.number == 1) {
      exposition_.capability_tenants(capabilities_);
      exposition_.instruments(instruments_.collect());
      exposition_.process(read_process_stats());
    }
    exposition_.finish();
    stage_ = Stage::over;
  }

  const Table& table_;
  TenantLabels& labels_;
  const Instruments& instruments_;
  Shard shard_;
  std::size_t block_;
  Exposition exposition_;
  WallTime now_ = wall_now();
  std::size_t extent_ = 0;  // later tenants wait for the next scrape
  std::vector<CollaborationSettings> collaborations_;
  PairWalk pairs_{collaborations_};
  std::vector<bool> in_shard_;       // by tenants' numbers
  CapabilityCounts capabilities_{};  // of all shards: counted with the first family
  Stage stage_ = Stage::tenants;
  std::size_t family_ = 0;
  bool begun_ = false;  // the family's head is written
  std::size_t from_ = 0;
};

Shard shard_of(const WebRequest& request) {
  const auto text = request.parameter("shard");
  if (!text)
    return {};
  const auto shard = parse_shard(*text);
  if (!shard)
    throw RefusedRequest{
        400,
        fmt::format("`shard` is none such as 1/4, the first of four; there can be {} at most: `{}`",
                    most_shards, *text)};
  return *shard;
}

}  // namespace

WebResponse show_metrics(const Table& table, TenantLabels& labels, const Instruments& instruments,
                         const WebRequest& request) {
  const ExpositionFormat format = negotiate(list_header(request, "accept"));
  const Shard shard = shard_of(request);
  return {.content_type = std::string(content_type(format)),
          .pieces = std::make_unique<MetricsBody>(table, labels, instruments, format, shard)};
}

}  // namespace tenantscope
