// Lists and maps that are large, bad or both: what reading them may take, and what is said of them.
#define COUNTED_MEMORY
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "config/config_file.hpp"
#include "config/large_texts.hpp"
#include "support/counted_memory.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

constexpr Duration deadline = 60s;  // many times what it takes, also with sanitizers

struct Shape {
  std::string name;
  std::function<std::string()> text;  // a list
  std::string finding;                // the first one's
  std::size_t findings;               // with the one that says how many more
};

constexpr const char* nameless = "a tenant needs a `name`";
constexpr const char* no_map = "a tenant has to be a map, not a single value";
constexpr const char* too_many_keys = "over 64 keys in one map";
constexpr const char* too_many_values = "over 1000 values in one item of a list";
constexpr const char* one_piece = "over 256 KiB in one value, or in one list or map in brackets";
constexpr const char* too_deep = "nested deeper than 64 levels";

std::vector<Shape> shapes_of(std::size_t size) {
  const auto of = [&](std::string_view piece, const std::string& begin, const std::string& end) {
    return [=] { return repeated(piece, size, begin, end); };
  };
  return {
      {"[{},{},…]", of("{},", "[", "{}]"), nameless, 21},
      {"[0,0,…]", of("0,", "[", "0]"), no_map, 21},
      {"- {}", of("- {}\n", "", ""), nameless, 21},
      {"- 0", of("- 0\n", "", ""), no_map, 21},
      {"# [{},{},…]", of("{},", "# YAML\n[", "{}]"), one_piece, 1},
      {"# [0,0,…]", of("0,", "# YAML\n[", "0]"), one_piece, 1},
      {"[[0,0,…]]", of("0,", "[[", "0]]"), too_many_values, 1},
      {"- - 0", of("  - 0\n", "-\n", ""), too_many_values, 1},
      {"[[[[…", of("[", "", ""), too_deep, 1},
      {"# [[[[…", of("[", "# YAML\n", ""), one_piece, 1},
      {"[\"x…\"]", of("x", "[\"", "\"]"), no_map, 1},
      {"- x…", of("x", "- ", ""), one_piece, 1},
  };
}

std::vector<Shape> maps_of(std::size_t keys) {
  const auto of = [=](std::string_view before, std::string_view after, const std::string& begin,
                      const std::string& end) {
    return [=] { return numbered(keys, before, after, begin, end); };
  };
  return {
      {"{k: 0,…}", of("\"k", "\":0,", "[{", "\"k\":0}]"), too_many_keys, 1},
      {"k: 0", of("  k", ": 0\n", "-\n", ""), too_many_keys, 1},
      {"# {k: 0,…}", of("k", ": 0,", "- {", "k: 0}"), keys > 100'000 ? one_piece : too_many_keys,
       1},
  };
}

std::vector<Shape> shapes() {
  const std::string long_key(256 * kib, 'k'), key(1000, 'k');
  std::vector<Shape> all{
      {"{kkk…: 0,…}", [=] { return numbered(60, "\"" + long_key, "\":0,", "[{", "\"k\":0}]"); },
       nameless, 21},
      {"kkk…: 0", [=] { return numbered(16'000, "  " + key, ": 0\n", "-\n"); }, too_many_keys, 1}};
  for (const auto& more :
       {shapes_of(4 * mib), shapes_of(16 * mib), maps_of(20'000), maps_of(1'000'000)})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

// What is said of a shape, and what that took.
template <class Findings>
void expect_limits(const Shape& shape, const ConfigSources& sources, std::size_t budget,
                   Findings findings_of) {
  LoadedConfig loaded;
  const auto begin = steady_now();
  const std::size_t memory = CountedMemory::peak_of([&] { loaded = load_config("c", sources); });
  EXPECT_LT(steady_now() - begin, deadline);
  EXPECT_LT(memory, budget);
  const std::vector<ConfigFinding> findings = findings_of(loaded);
  ASSERT_EQ(findings.size(), shape.findings);
  EXPECT_TRUE(findings.front().message.starts_with(shape.finding)) << findings.front().message;
  EXPECT_EQ(findings.back().sums_up, shape.findings > most_findings);
  for (const ConfigFinding& finding : findings)
    EXPECT_LT(finding.message.size(), 500u);
}

constexpr std::size_t most_memory = 80 * mib;  // beside texts; yaml-cpp's of 256 KiB is the most

TEST(ListShapes, OfListsFromElsewhere) {
  const std::string url = "https://lists.example/a";
  for (const Shape& shape : shapes()) {
    const ConfigSources sources{.text = "tenant_urls: [{url: \"" + url + "\"}]",
                                .lists = {{url, shape.text()}}};
    SCOPED_TRACE(fmt::format("{}, {} bytes", shape.name, sources.lists.at(url).size()));
    expect_limits(shape, sources, most_memory, [&](const LoadedConfig& loaded) {
      EXPECT_TRUE(loaded.errors.empty());
      EXPECT_TRUE(loaded.settings.tenants.empty());
      return loaded.refused_lists.at(url);
    });
  }
}

TEST(ListShapes, OfTheConfigurationsOwnList) {
  for (const Shape& shape : shapes()) {
    const std::string text = shape.text();
    const ConfigSources sources{.text = text.starts_with("[") ? "{\"tenants\": " + text + "}"
                                                              : "tenants:\n" + text};
    SCOPED_TRACE(fmt::format("{}, {} bytes", shape.name, text.size()));
    expect_limits(shape, sources, most_memory + 2 * text.size(),
                  [](const LoadedConfig& loaded) { return loaded.errors; });
  }
}

// Other lists and maps of a configuration: 20 findings, or one.
TEST(ListShapes, OfWhateverIsInAConfiguration) {
  for (const char* begin :
       {"{\"collaborations\": [", "{\"tenant_urls\": [", "{\"tenant_files\": [",
        "{\"events\": {\"sinks\": [", "{\"collaborations\": [{\"name\": \"a\", \"hosts\": ["}) {
    const std::size_t open = std::size_t(std::ranges::count(std::string_view(begin), '{'));
    const std::string end = open == 1                                         ? "]}"
                            : std::string_view(begin).ends_with("hosts\": [") ? "]}]}"
                                                                              : "]}}";
    const ConfigSources sources{.text = repeated("[],", 2 * mib, begin, "[]" + end)};
    SCOPED_TRACE(begin);
    LoadedConfig loaded;
    const std::size_t memory = CountedMemory::peak_of([&] { loaded = load_config("c", sources); });
    EXPECT_LT(memory, 2 * most_memory);
    ASSERT_EQ(loaded.errors.size(), 21u);
    EXPECT_TRUE(loaded.errors.back().sums_up);
  }
}

}  // namespace
}  // namespace tenantscope
