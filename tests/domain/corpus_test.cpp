#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "domain/capability.hpp"
#include "domain/discovery.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;
using enum TenantClass;

constexpr std::string_view restored_guid = "00000000-0000-4000-8000-00000000c0de";

// What the daemon makes of a recorded body. `status` is the one that it was, or would have been,
// served with.
struct Expected {
  int status;
  std::optional<ErrorKind> error;  // nothing: a valid answer, of the class below
  TenantClass tenant_class = never_seen;
  const char* cloud = "";
  B2b seed_2022 = B2b::unknown, docs_2025 = B2b::unknown;
  const char* replaced =
      "";  // the word that the recorder put in the GUID's place; put back before judging
};

Expected tenant(TenantClass tenant_class, const char* cloud, B2b seed, B2b docs,
                const char* replaced = "") {
  return {200, std::nullopt, tenant_class, cloud, seed, docs, replaced};
}
Expected global_tenant(const char* replaced = "") {
  return tenant(global, "global", B2b::supported, B2b::supported, replaced);
}
Expected unscoped() { return tenant(global_unscoped, "global", B2b::unknown, B2b::unknown); }
Expected absent(const char* replaced = "") {
  return {400, std::nullopt, not_found, "", B2b::unknown, B2b::unknown, replaced};
}
Expected failure(int status, ErrorKind error) { return {status, error}; }

const std::map<std::string, Expected> expectations{
    {"b2c-b2clogin-policy.json", tenant(unrecognised, "", B2b::unknown, B2b::unknown)},
    {"b2c-microsoftonline-policy.json", unscoped()},
    {"cutdown-china-AS.json", tenant(china, "china", B2b::unknown, B2b::supported)},
    {"cutdown-commercial-NA.json", global_tenant()},
    {"cutdown-gcc-NA-GCC.json", global_tenant()},
    {"cutdown-gcchigh-USGov-DODCON.json",
     tenant(usgov_supported, "usgov", B2b::supported, B2b::supported)},
    {"error-90002-discovery-2019-06.json", absent()},
    {"error-90002-discovery-2023-08.json", absent()},
    {"error-90002-discovery-azsdkjs-2021-08.json",
     absent("invalid_12345678-1234-1234-1234-123456789012")},
    {"error-90002-token-endpoint-2023-04.json", failure(400, ErrorKind::http_status)},
    {"error-900023-token-canvas-2021.json", failure(400, ErrorKind::http_status)},
    {"error-900023-token-endpoint-2024-08.json", failure(400, ErrorKind::http_status)},
    {"error-900382-token-crosscloud-2022-03.json", failure(400, ErrorKind::http_status)},
    {"global-gcc-fragment-2021-11.json", failure(200, ErrorKind::bad_document)},
    {"gov-gcchigh-fragment-2020-06.json", failure(200, ErrorKind::bad_document)},
    {"throttle-429-token-2021.json", failure(429, ErrorKind::throttled)},
    {"v1-china-tenant-asked-at-global-2023-03.json",
     tenant(china, "china", B2b::unknown, B2b::supported, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")},
    {"v1-global-common-2024-02.json", failure(200, ErrorKind::bad_document)},
    {"v1-global-common-msidentitytools.json", failure(200, ErrorKind::bad_document)},
    {"v1-global-tenant-AS-2021.json", global_tenant()},
    {"v1-gov-tenant-USG-azuredocs-excerpt.json", failure(200, ErrorKind::bad_document)},
    {"v1-gov-tenant-USG-azuredocs.json",
     tenant(usgov_not_supported, "usgov", B2b::not_supported, B2b::not_supported)},
    {"v1-loginwindowsnet-tenant-AS-2019.json", global_tenant()},
    {"v1-loginwindowsnet-tenant-NA-2019.json", global_tenant()},
    {"v2-china-common-2022-06.json", failure(200, ErrorKind::bad_document)},
    {"v2-china-organizations-2022-06.json", failure(200, ErrorKind::bad_document)},
    {"v2-germany-common-2022-03.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-common-2022-06.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-common-2024-02.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-common-2024-10.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-common-minimal.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-common-no-kerberos.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-consumers-2022-06.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-organizations-2022-06.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-organizations-2024-10.json", failure(200, ErrorKind::bad_document)},
    {"v2-global-tenant-EU-2021-05.json", global_tenant("sanitized")},
    {"v2-global-tenant-EU-fastapi.json", global_tenant("intility_tenant")},
    {"v2-global-tenant-NA-2024-01.json", global_tenant("directory-id")},
    {"v2-global-tenant-NA-government-client-2021-07.json", unscoped()},
    {"v2-global-tenant-WW-2021-12.json", global_tenant()},
    {"v2-paths-v1-issuer-tenant-old.json", unscoped()},
    {"v2-usgov-common-2022-06.json", failure(200, ErrorKind::bad_document)},
    {"v2-usgov-consumers-2022-06.json", failure(200, ErrorKind::bad_document)},
};

struct Row {
  std::string scope, sub_scope;  // as the index says; "(absent)", "null"
};

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string with_replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

class Corpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(folder_))
      GTEST_SKIP() << "no recorded documents at " << folder_ << ": nothing to compare with";
    std::ifstream file(folder_ / "INDEX.tsv");
    ASSERT_TRUE(file) << folder_ / "INDEX.tsv";
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::istringstream columns(line);
      std::vector<std::string> cells;
      for (std::string cell; std::getline(columns, cell, '\t');)
        cells.push_back(cell);
      ASSERT_GE(cells.size(), 5u) << line;
      index_[cells[0]] = {cells[3], cells[4]};
    }
  }

  const fs::path folder_ = CORPUS;
  std::map<std::string, Row> index_;
};

TEST_F(Corpus, EveryFileIsListedAndExpected) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_))
    if (const auto name = entry.path().filename(); name != "README.md" && name != "INDEX.tsv")
      names.insert(name);
  for (const auto& [name, row] : index_)
    names.insert(name);
  for (const auto& [name, expected] : expectations)
    names.insert(name);
  for (const std::string& name : names) {
    EXPECT_TRUE(fs::exists(folder_ / name)) << name << " isn't there";
    EXPECT_TRUE(index_.contains(name)) << name << " isn't in INDEX.tsv";
    EXPECT_TRUE(expectations.contains(name)) << name << " has no expectation in this test";
  }
}

TEST_F(Corpus, EveryAnswerIsJudgedAsExpected) {
  for (const auto& [name, row] : index_) {
    SCOPED_TRACE(name);
    const auto found = expectations.find(name);
    ASSERT_NE(found, expectations.end());
    const Expected& expected = found->second;

    std::string body = contents(folder_ / name);
    if (*expected.replaced) {
      const auto unrestored =
          read_answer({.status = expected.status, .body = body}, builtin_clouds());
      EXPECT_FALSE(unrestored) << "valid without its replaced words, too";
      body = with_replaced(body, expected.replaced,
                           expected.status == 400 ? "invalid_tenant" : restored_guid);
    }
    const auto finding = read_answer({.status = expected.status, .body = body}, builtin_clouds());
    if (expected.error) {
      ASSERT_FALSE(finding);
      EXPECT_EQ(to_string(finding.error().kind), to_string(*expected.error))
          << finding.error().detail;
      continue;
    }
    ASSERT_TRUE(finding) << finding.error().detail;
    EXPECT_EQ(classify(&*finding), expected.tenant_class);
    EXPECT_EQ(finding->cloud, expected.cloud);
    EXPECT_EQ(capability(&*finding, RuleSet::seed_2022), expected.seed_2022);
    EXPECT_EQ(capability(&*finding, RuleSet::docs_2025), expected.docs_2025);
    if (!finding->found)
      continue;
    const auto shown = [](const std::string& cell) {
      return cell == "(absent)" || cell == "null" ? "" : cell;
    };
    EXPECT_EQ(finding->region_scope, shown(row.scope));
    EXPECT_EQ(finding->sub_scope, shown(row.sub_scope));
    EXPECT_NE(body.find(to_string(finding->tenant_id)), std::string::npos);
  }
}

// Whatever the status, a recorded body is JSON: none of the recorded shapes is refused as
// unparsable.
TEST_F(Corpus, EveryBodyParses) {
  for (const auto& [name, row] : index_) {
    const auto parsed = parse_discovery(contents(folder_ / name));
    ASSERT_TRUE(parsed) << name << ": " << parsed.error().detail;
    EXPECT_EQ(parsed->tenant_region_scope.value_or("null"),
              row.scope == "(absent)" ? "null" : row.scope)
        << name;
  }
}

}  // namespace
}  // namespace tenantscope
