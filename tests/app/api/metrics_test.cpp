// /metrics in pieces: whole and valid however many tenants there are, whoever comes or goes
// meanwhile, compressed or in shards.
#include <zlib.h>

#include <future>
#include <map>
#include <set>
#include <sstream>

#include "app/api/api_fixture.hpp"
#include "app/api/metrics.hpp"
#include "app/pairs.hpp"
#include "base/bytes.hpp"
#include "formats/exposition.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_piece = 512 * kib;

// Throws where it isn't one gzip member and nothing else.
std::string gunzip(std::string text) {
  z_stream stream{};
  ::inflateInit2(&stream, MAX_WBITS + 16);
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = uInt(text.size());
  std::string out;
  int code = Z_OK;
  for (std::string room(1 << 20, '\0'); code == Z_OK;) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = uInt(room.size());
    code = ::inflate(&stream, Z_NO_FLUSH);
    out.append(room, 0, room.size() - stream.avail_out);
  }
  ::inflateEnd(&stream);
  if (code != Z_STREAM_END || stream.avail_in > 0)
    throw std::runtime_error("no gzip member");
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

// What is wrong with an exposition's form, or nothing: each family once, its series together and
// none of them twice.
std::string fault_of(const std::string& text) {
  std::set<std::string> families, series;
  std::string family;
  if (!text.ends_with('\n'))
    return "no line's end";
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("# HELP ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      if (!families.insert(family).second)
        return "twice: " + family;
    } else if (!line.starts_with('#')) {
      if (!line.starts_with(family))
        return std::string("in ").append(family).append(": ").append(line);
      if (!series.insert(line.substr(0, line.rfind(' '))).second)
        return "twice: " + line;
    }
  }
  return {};
}

class ApiMetrics : public ApiTest {
 protected:
  void watch_many(std::size_t tenants) {
    for (std::size_t i = table_.watches.size(); i < tenants; ++i) {
      watch(fmt::format("t{}.example", i), i % 3 == 2 ? "usgov" : "global",
            i % 5 == 4 ? std::optional<Finding>() : document(i % 2 ? "USG" : "USGov"));
      Watch& made = table_.watches.back();
      made.status.probed = true;
      made.status.duration = std::chrono::milliseconds(i);
      settings_of(made).labels = {{"team", "\"" + std::to_string(i % 7) + "\""}};
      if (i % 11 == 10)
        made.watched = false;
    }
  }
  void collaborate() {
    const auto member = [](std::size_t i) {
      const TenantKey key{.asked = i % 3 == 2 ? "usgov" : "global",
                          .name = fmt::format("t{}.example", i)};
      return CollaborationMember{key, key.name};
    };
    CollaborationSettings joint{.name = "joint", .hosts = {}, .guests = {}};
    for (std::size_t i = 0; i < 20; ++i) {
      joint.hosts.push_back(member(i));
      joint.guests.emplace_back(member(i));
    }
    joint.guests.emplace_back(IdentityProvider::google);
    table_.collaborations = {joint};
  }

  // All of the tenants and pairs, at once.
  std::string expected() {
    Exposition exposition(ExpositionFormat::text);
    for (const TenantFamily& family : tenant_families()) {
      exposition.begin(family);
      for (const Watch* watch : table_.watched()) {
        MetricText labels;
        write_labels(labels, watch->settings->key);
        exposition.tenant(
            family,
            {.watch = *watch, .labels = labels.text(), .rules = table_.rules, .now = wall_now()});
      }
    }
    exposition.begin_pairs();
    for_each_pair(table_, [&](const DeclaredPair& pair) {
      exposition.pair({pair.collaboration.name, pair.host.shown, pair.guest_shown(),
                       capability_of(table_, pair)});
    });
    return std::string(exposition.text());
  }
  // And of pairs, whose family comes last.
  static std::string tenants_of(const std::string& metrics) {
    return metrics.substr(
        0, metrics.find("# HELP ", metrics.find("# TYPE tenantscope_collaboration_capability ")));
  }
  std::string metrics(Query query = {}, Query headers = {}) {
    return send("GET", "/metrics", std::move(query), std::move(headers)).body;
  }

  std::unique_ptr<WebBody> pieces(Query query = {}, Query headers = {}) {
    WebRequest request{.method = "GET",
                       .path = "/metrics",
                       .query = std::move(query),
                       .headers = std::move(headers)};
    return std::move(show_metrics(table_, labels_, instruments_, request).pieces);
  }
  std::map<std::uint64_t, std::string> places(Query query = {}, Query headers = {}) {
    std::map<std::uint64_t, std::string> found;
    const auto body = pieces(std::move(query), std::move(headers));
    for (WebPiece piece = body->next(); !piece.text.empty(); piece = body->next())
      EXPECT_TRUE(piece.place == 0 || found.emplace(piece.place, piece.text).second)
          << "twice: " << piece.place;
    return found;
  }

  TenantLabels labels_;
  const Query gzip_taken_{{"accept-encoding", "gzip"}};
  const Query openmetrics_{{"accept", "application/openmetrics-text;version=1.0.0"}};
};

TEST_F(ApiMetrics, AreWholeHoweverManyTenantsThereAre) {
  for (const std::size_t tenants : {0u, 1u, 199u, 200u, 999u, 1000u, 1001u, 2001u}) {
    watch_many(tenants);
    const std::string plain = metrics();
    EXPECT_EQ(fault_of(plain), "") << tenants;
    EXPECT_TRUE(tenants_of(plain) == tenants_of(expected())) << tenants;
    EXPECT_TRUE(tenants_of(gunzip(metrics({}, gzip_taken_))) == tenants_of(plain)) << tenants;
    EXPECT_TRUE(tenants_of(gunzip(metrics({}, gzip_taken_))) == tenants_of(plain))
        << tenants << ", again";
    EXPECT_NE(plain.find("\nprocess_open_fds "), plain.npos);
  }
}

TEST_F(ApiMetrics, ShowWhatHasChangedSinceTheLastTime) {
  watch_many(1500);
  metrics({}, gzip_taken_);
  table_.watches[3].state.known->region_scope = "changed \\ \"scope\"";
  table_.watches[1200].watched = false;
  const std::string again = gunzip(metrics({}, gzip_taken_));
  EXPECT_TRUE(tenants_of(again) == tenants_of(metrics()));
  EXPECT_NE(again.find(R"(scope="changed \\ \"scope\"")"), again.npos);
  EXPECT_EQ(again.find("t1200.example"), again.npos);
}

// Those that are watched, of all shards in the first.
TEST_F(ApiMetrics, CountTheTenantsOfEachState) {
  const auto lines = [&](const std::string& series, const std::string& text) {
    std::vector<std::string> found;
    for (const std::string& line : lines_of(text))
      if (line.starts_with(series))
        found.push_back(line);
    return found;
  };
  const std::string family = "tenantscope_capability_tenants{";
  EXPECT_EQ(lines(family, metrics()),
            (std::vector{family + "state=\"supported\"} 0", family + "state=\"not_supported\"} 0",
                         family + "state=\"unknown\"} 0"}));
  watch_many(2300);
  for (const RuleSet rules : {RuleSet::seed_2022, RuleSet::docs_2026}) {
    table_.rules = rules;
    const std::string whole = metrics();
    std::vector<std::string> expected;
    for (const char* state : {"supported", "not_supported", "unknown"}) {
      const std::string label = fmt::format("state=\"{}\"}} ", state);
      const auto ones = std::ranges::count_if(
          lines("tenantscope_tenant_b2b_capability{", whole),
          [&](const std::string& line) { return line.ends_with("," + label + "1"); });
      EXPECT_GT(ones, 0) << state;
      expected.push_back(fmt::format("{}{}{}", family, label, ones));
    }
    EXPECT_EQ(lines(family, whole), expected);
    EXPECT_EQ(lines(family, metrics({{"shard", "1/3"}})), expected);
    EXPECT_TRUE(lines(family, metrics({{"shard", "2/3"}})).empty());
  }
}

TEST_F(ApiMetrics, ComeInPiecesWithTheTableFreeBetweenThem) {
  watch_many(5000);
  collaborate();
  const auto body = pieces();
  std::size_t count = 0;
  for (WebPiece piece = body->next(); !piece.text.empty(); piece = body->next(), ++count) {
    EXPECT_LE(piece.text.size(), longest_piece);
    EXPECT_TRUE(piece.text.ends_with('\n'));
    const bool free = std::async(std::launch::async, [&] {
                        return std::unique_lock(table_.mutex, std::try_to_lock).owns_lock();
                      }).get();
    EXPECT_TRUE(free) << count;
  }
  EXPECT_GT(count, 4 * tenant_families().size()) << "some have no series";
}

TEST_F(ApiMetrics, OfFewTenantsComeInFewPieces) {
  watch_many(12);
  const auto body = pieces();
  std::size_t count = 0;
  for (WebPiece piece = body->next(); !piece.text.empty(); piece = body->next(), ++count)
    EXPECT_EQ(piece.place, 0u);
  EXPECT_LE(count, 3u);
}

TEST_F(ApiMetrics, ArentMadeForAHead) {
  watch_many(3);
  const WebResponse response = begin("HEAD", "/metrics", {}, gzip_taken_);
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(header(response, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(response, "Vary"), "Accept, Accept-Encoding");
  EXPECT_TRUE(response.pieces);
}

TEST_F(ApiMetrics, AreValidWhoeverComesOrGoesMeanwhile) {
  for (const Query& headers : {Query{}, openmetrics_}) {
    watch_many(2500);
    collaborate();
    const std::string late = headers.empty() ? "late" : "later";
    const auto body = pieces({}, headers);
    std::string whole;
    std::size_t count = 0;
    for (WebPiece piece = body->next(); !piece.text.empty(); piece = body->next(), ++count) {
      whole += piece.text;
      watch(fmt::format("{}{}.example", late, table_.watches.size()), "global", document("USG"));
      for (std::size_t number = count; number < table_.watches.size(); number += 17)
        table_.watches[number].watched ^= true;
      if (count % 3 == 0)
        table_.collaborations.clear();
      if (count % 3 == 1)
        collaborate(), table_.collaborations.push_back(table_.collaborations[0]),
            table_.collaborations[1].name = "more";
      table_.rules = count % 2 ? RuleSet::seed_2022 : RuleSet::docs_2025;
    }
    EXPECT_EQ(fault_of(whole), "");
    EXPECT_EQ(whole.find(late), whole.npos) << "of the next scrape";
    EXPECT_EQ(whole.ends_with("\n# EOF\n"), !headers.empty());
    EXPECT_EQ(whole.find("# EOF") != whole.npos, !headers.empty());
    EXPECT_NE(whole.find("collaboration=\"joint\""), whole.npos);
  }
}

// Two scrapes that go on at once, each as it likes.
TEST_F(ApiMetrics, DontMindOneAnother) {
  watch_many(3000);
  const auto slow = pieces();
  std::string whole(slow->next().text);
  whole += slow->next().text;
  EXPECT_TRUE(rest_of(*pieces()).starts_with(whole));
  watch_many(3500);
  EXPECT_EQ(fault_of(rest_of(*pieces())), "");
  whole += rest_of(*slow);
  EXPECT_EQ(fault_of(whole), "");
}

TEST_F(ApiMetrics, HavePlacesWhereLittleChanges) {
  watch_many(2500);
  const auto first = places();
  EXPECT_GT(first.size(), 10u);
  for (const auto& [place, text] : first) {
    EXPECT_EQ(text.find("last_success"), text.npos) << "changes at every probe";
    EXPECT_EQ(text.find('#'), text.npos) << "isn't the same in both formats";
  }
  EXPECT_EQ(places(), first);
  EXPECT_EQ(places({}, openmetrics_), first);
  const auto sharded = places({{"shard", "1/2"}});
  EXPECT_FALSE(sharded.empty());
  for (const auto& [place, text] : sharded)
    EXPECT_FALSE(first.contains(place));
}

TEST_F(ApiMetrics, OfAllShardsAreTheWhole) {
  watch_many(2300);
  collaborate();
  instruments_.authorities().of("global");
  const auto series = [](const std::string& text) {
    std::vector<std::string> found;
    for (const std::string& line : lines_of(text))
      if (!line.starts_with('#') && !line.starts_with("process_"))
        found.push_back(line);
    std::ranges::sort(found);
    return found;
  };
  const auto whole = series(metrics());
  for (const int shards : {1, 2, 4, 7}) {
    std::vector<std::string> together;
    for (int shard = 1; shard <= shards; ++shard) {
      const std::string part = metrics({{"shard", fmt::format("{}/{}", shard, shards)}});
      EXPECT_EQ(fault_of(part), "");
      EXPECT_EQ(part.find("\nprocess_open_fds ") != part.npos, shard == 1);
      EXPECT_EQ(part.find("\ntenantscope_authority_up{") != part.npos, shard == 1);
      const auto lines = series(part);
      EXPECT_NEAR(double(lines.size()), double(whole.size()) / shards, double(whole.size()) / 16);
      together.insert(together.end(), lines.begin(), lines.end());
    }
    std::ranges::sort(together);
    EXPECT_TRUE(together == whole) << shards;
  }
}

TEST_F(ApiMetrics, AndPairsAreInTheSameShardAsTheirHost) {
  watch_many(20);
  table_.watches[10].watched = true;
  collaborate();
  for (const std::string shard : {"1/3", "2/3", "3/3"}) {
    const std::string part = metrics({{"shard", shard}});
    for (const std::string& line : lines_of(part)) {
      if (!line.starts_with("tenantscope_collaboration_capability{"))
        continue;
      const auto host =
          line.substr(line.find(",host_tenant=\"") + 14,
                      line.find(",guest_tenant=") - line.find(",host_tenant=\"") - 15);
      EXPECT_NE(part.find("tenantscope_tenant_stale{tenant=\"" + host + "\""), part.npos) << line;
    }
  }
}

TEST_F(ApiMetrics, OfAShardEndLikeAnyOther) {
  watch_many(3);
  for (const std::string shard : {"1/2", "2/2", "999/1000"}) {
    EXPECT_TRUE(metrics({{"shard", shard}}, openmetrics_).ends_with("\n# EOF\n")) << shard;
    EXPECT_EQ(gunzip(metrics({{"shard", shard}}, gzip_taken_)).substr(0, 7), "# HELP ") << shard;
  }
}

TEST_F(ApiMetrics, OfNoSuchShardAreRefused) {
  for (const std::string shard : {"", "1", "0/4", "5/4", "1/1001", "one/four"}) {
    const WebResponse response = get("/metrics", {{"shard", shard}});
    EXPECT_EQ(response.status, 400u) << shard;
    EXPECT_EQ(response.body,
              "`shard` is none such as 1/4, the first of four; there can be 1000 at most: `" +
                  shard + "`\n");
  }
}

}  // namespace
}  // namespace tenantscope
