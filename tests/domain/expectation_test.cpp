#include "domain/expectation.hpp"

#include <gtest/gtest.h>

#include "domain/documents.hpp"

namespace tenantscope {
namespace {

using documents::found;

TEST(Expectation, IsMetOrNotOnceSomethingIsKnown) {
  const Expectation expect{.region_scope = "USGov", .b2b = B2b::supported};
  const struct {
    const char* what;
    std::optional<Finding> confirmed;
    std::optional<bool> region_scope, b2b;
  } table[] = {
      {"nothing known", {}, {}, {}},
      {"as expected", found("usgov", "USGov"), true, true},
      {"in other letters", found("usgov", " usGOV "), true, true},
      {"neither", found("usgov", "USG"), false, false},
      {"one of them", found("global", "NA"), false, true},
      {"not found", Finding{}, false, false},
  };
  for (const auto& row : table) {
    const Finding* confirmed = row.confirmed ? &*row.confirmed : nullptr;
    EXPECT_EQ(region_scope_met(expect, confirmed), row.region_scope) << row.what;
    EXPECT_EQ(b2b_met(expect, confirmed, RuleSet::docs_2025), row.b2b) << row.what;
    EXPECT_FALSE(region_scope_met({}, confirmed)) << row.what;
    EXPECT_FALSE(b2b_met({}, confirmed, RuleSet::docs_2025)) << row.what;
  }
}

TEST(Expectation, ChangesWithTheTransition) {
  const Expectation expect{.region_scope = "USGov", .b2b = B2b::supported};
  const struct {
    const char* what;
    std::optional<Finding> before;
    Finding now;
    std::string changes;  // "region_scope=USG! b2b=..." where ! is unmet
  } table[] = {
      {"first seen as expected", {}, found("usgov", "USGov"), ""},
      {"first seen otherwise", {}, found("usgov", "USG"), "region_scope=USG! b2b=not_supported! "},
      {"lost", found("usgov", "USGov"), found("usgov", "USG"),
       "region_scope=USG! b2b=not_supported! "},
      {"met again", found("usgov", "USG"), found("usgov", "USGov"),
       "region_scope=USGov b2b=supported "},
      {"still unmet", found("usgov", "USG"), found("usgov", "XX"), ""},
      {"only the scope", found("usgov", "USGov"), found("global", "NA"), "region_scope=NA! "},
      {"vanished", found("usgov", "USGov"), {}, "region_scope=! b2b=unknown! "},
  };
  for (const auto& row : table) {
    std::string changes;
    for (const ExpectationChange& change : expectation_changes(
             expect, {.previous = row.before, .current = row.now}, RuleSet::docs_2025)) {
      EXPECT_EQ(change.expected, change.expectation == "b2b" ? "supported" : "USGov");
      changes += std::string(change.expectation) + "=" + change.actual + (change.met ? " " : "! ");
    }
    EXPECT_EQ(changes, row.changes) << row.what;
    EXPECT_TRUE(
        expectation_changes({}, {.previous = row.before, .current = row.now}, RuleSet::docs_2025)
            .empty())
        << row.what;
  }
}

}  // namespace
}  // namespace tenantscope
