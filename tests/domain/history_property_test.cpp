#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "domain/documents.hpp"
#include "domain/history.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
using Words = std::map<std::string, std::string>;

// What one probe shows, as the reference sees it: words already trimmed and in lower case, beside
// the finding in some spelling.
struct Sight {
  Finding finding;
  Words document;  // empty: not found
};

Sight sight(const std::string& cloud, std::string_view tenant, const std::string& scope,
            const std::string& sub_scope, std::string_view spelled, std::string_view sub_spelled) {
  return {{.found = true,
           .cloud = cloud,
           .tenant_id = *parse_guid(tenant),
           .region_scope = spelled,
           .sub_scope = sub_spelled},
          {{"cloud", cloud},
           {"tenant", std::string(tenant)},
           {"region_scope", scope},
           {"sub_scope", sub_scope}}};
}

const std::vector<Sight> sights{
    {},
    sight("usgov", documents::contoso, "usg", "", "USG", ""),
    sight("usgov", documents::contoso, "usg", "", "usg ", " "),
    sight("usgov", documents::contoso, "usgov", "", "USGov", ""),
    sight("usgov", documents::contoso, "usgov", "", "\tUSGOV", ""),
    sight("usgov", documents::contoso, "usgov", "dodcon", "USGov", "DODCON"),
    sight("usgov", documents::contoso, "usgov", "dodcon", "usgov", "dodCon"),
    sight("usgov", documents::contoso, "xx", "", "XX", ""),
    sight("global", documents::contoso, "na", "", "NA", ""),
    sight("global", documents::contoso, "na", "gcc", "NA", "GCC"),
    sight("global", documents::fabrikam, "na", "", "NA", ""),
    sight("global", documents::contoso, "", "", " ", ""),
    sight("china", documents::contoso, "as", "", "AS", ""),
    sight("", documents::contoso, "as", "", "as", ""),
};

std::string reference_b2b(const Words& document, bool seed_2022) {
  if (document.empty())
    return "unknown";
  const std::string& scope = document.at("region_scope");
  const std::string& cloud = document.at("cloud");
  if (scope == "usg")
    return "not_supported";
  if (scope == "usgov")
    return "supported";
  if (cloud == "global" && !scope.empty())
    return "supported";
  return cloud == "china" && !seed_2022 ? "supported" : "unknown";
}

std::string reference_identity(const Words& document) {
  return (document.at("cloud").empty() ? "unknown" : document.at("cloud")) + "/" +
         document.at("tenant");
}

// The contract's section 5, told again: it keeps every answer since the last confirmed one, and
// counts backwards.
class Reference {
 public:
  struct Event {
    bool baseline = false;
    std::map<std::string, std::pair<std::string, std::string>> changes;  // by field
  };

  void restart() { answers_.clear(); }

  // What this answer would confirm now. Nothing moves until commit().
  std::optional<Event> answer(const Words& document, int confirmations, bool seed_2022) {
    if (!seen_)
      return Event{.baseline = true};
    answers_.push_back(document);
    if (document == shown()) {
      answers_.clear();
      return std::nullopt;
    }
    const auto other = std::find_if(answers_.rbegin(), answers_.rend(),
                                    [&](const Words& answer) { return answer != document; });
    if (other - answers_.rbegin() < confirmations)
      return std::nullopt;
    return Event{.changes = differences(document, seed_2022)};
  }

  void commit(const Words& document) {
    seen_ = true;
    present_ = !document.empty();
    if (present_)
      last_document_ = document;
    answers_.clear();
  }

  bool pending() const { return !answers_.empty(); }
  bool seen() const { return seen_; }
  Words shown() const { return present_ ? last_document_ : Words{}; }

 private:
  std::map<std::string, std::pair<std::string, std::string>> differences(const Words& document,
                                                                         bool seed_2022) const {
    std::map<std::string, std::pair<std::string, std::string>> all{
        {"presence", {present_ ? "found" : "not_found", document.empty() ? "not_found" : "found"}},
        {"b2b_capability",
         {reference_b2b(shown(), seed_2022), reference_b2b(document, seed_2022)}}};
    if (!document.empty() && !last_document_.empty()) {
      for (const char* field : {"region_scope", "sub_scope"})
        all[field] = {last_document_.at(field), document.at(field)};
      all["identity"] = {reference_identity(last_document_), reference_identity(document)};
    }
    std::erase_if(all,
                  [](const auto& change) { return change.second.first == change.second.second; });
    return all;
  }

  bool seen_ = false, present_ = false;
  Words last_document_;
  std::vector<Words> answers_;
};

// What a reader of the events alone knows of the tenant.
struct Fold {
  std::uint64_t generation = 0;
  bool found = false;
  std::map<Field, std::string> values;  // of the document last seen, normalized, and the capability
  std::map<Field, WallTime> last_change;
  std::string b2b_before;

  void take(const Transition& transition, RuleSet rules) {
    ASSERT_EQ(transition.generation, generation + 1);
    generation = transition.generation;
    const bool first_document = !values.contains(Field::identity);
    for (const Change& change : transition.changes) {
      const std::string from = normalized(change.from), to = normalized(change.to);
      EXPECT_NE(from, to);
      if (change.field == Field::presence) {
        EXPECT_EQ(from, found ? "found" : "not_found");
      } else if (change.field != Field::b2b_capability || rules == rules_) {
        EXPECT_EQ(from, values[change.field]) << to_string(change.field);
      }
      if (change.field == Field::b2b_capability)
        b2b_before = from;
      values[change.field] = to;
      last_change[change.field] = transition.confirmed;
    }
    if (transition.changes.empty()) {
      EXPECT_EQ(generation, 1u) << "no event without a change";
    }
    found = values.contains(Field::presence) ? values[Field::presence] == "found"
                                             : transition.current.found;
    if (first_document && found) {
      values[Field::region_scope] = normalized(transition.current.region_scope);
      values[Field::sub_scope] = normalized(transition.current.sub_scope);
      values[Field::identity] = identity(transition.current);
    }
    values[Field::b2b_capability] = to_string(capability(&transition.current, rules));
    values[Field::presence] = found ? "found" : "not_found";
    rules_ = rules;
  }

 private:
  RuleSet rules_ = RuleSet::docs_2025;
};

void expect_same(const Fold& fold, const TenantState& state) {
  ASSERT_EQ(fold.generation, state.generation);
  if (state.generation == 0)
    return;
  ASSERT_EQ(fold.found, state.found);
  ASSERT_EQ(fold.b2b_before, state.b2b_before ? to_string(*state.b2b_before) : "");
  ASSERT_EQ(fold.values.contains(Field::identity), state.known.has_value());
  if (state.known) {
    ASSERT_EQ(fold.values.at(Field::region_scope), normalized(state.known->region_scope));
    ASSERT_EQ(fold.values.at(Field::sub_scope), normalized(state.known->sub_scope));
    ASSERT_EQ(fold.values.at(Field::identity), identity(*state.known));
  }
  for (const Field field : change_fields) {
    const auto changed = fold.last_change.find(field);
    const auto expected =
        changed == fold.last_change.end() ? std::nullopt : std::optional(changed->second);
    ASSERT_EQ(expected, state.last_change[std::size_t(field)]) << to_string(field);
  }
}

struct Tally {
  int baselines = 0, changes = 0, failed_commits = 0, returns = 0;
};

// One tenant's probes, drawn by a seed, beside the reference.
class Life {
 public:
  Life(std::uint64_t seed, Tally& tally) : random_(seed), tally_(tally) {
    policy_.confirmations = 1 + int(random_() % 4);
    policy_.rules = one_in(2) ? RuleSet::seed_2022 : RuleSet::docs_2025;
    shown_now_ = random_() % sights.size();
  }

  void step() {
    now_ += std::chrono::milliseconds(1 + random_() % 60'000);
    if (one_in(3))
      shown_now_ = random_() % sights.size();
    if (one_in(25))
      policy_.rules = policy_.rules == RuleSet::seed_2022 ? RuleSet::docs_2025 : RuleSet::seed_2022;
    if (one_in(30)) {
      state_.pending.reset();
      reference_.restart();
      last_answer_.reset();
    } else if (one_in(4)) {
      fail();
    } else {
      answer(shown());
    }
  }

 private:
  bool one_in(std::uint64_t n) { return random_() % n == 0; }

  // Spellings of one value stand beside each other; takes any of them.
  const Sight& shown() {
    std::size_t spelling = shown_now_;
    if (spelling + 1 < sights.size() &&
        sights[spelling].document == sights[spelling + 1].document && one_in(2))
      ++spelling;
    return sights[spelling];
  }

  void fail() {
    const TenantState before = state_;
    const auto kind = probe_reasons[random_() % probe_reasons.size()];
    const Advance advanced =
        advance(state_, {.finding = Error{kind, "failed"}, .evidence = {}, .time = now_}, policy_);
    ASSERT_FALSE(advanced.transition);
    state_ = advanced.state;
    ASSERT_EQ(state_.last_success, before.last_success);
    ASSERT_EQ(state_.pending.has_value(), before.pending.has_value());
    ASSERT_EQ(state_.pending ? state_.pending->sightings : 0,
              before.pending ? before.pending->sightings : 0);
    expect_same(fold_, state_);
  }

  void answer(const Sight& seen) {
    in_a_row_ = last_answer_ == seen.document ? in_a_row_ + 1 : 1;
    last_answer_ = seen.document;
    const auto expected = reference_.answer(seen.document, policy_.confirmations,
                                            policy_.rules == RuleSet::seed_2022);
    const Advance advanced =
        advance(state_, {.finding = seen.finding, .evidence = {}, .time = now_}, policy_);
    ASSERT_EQ(advanced.state.last_success, now_);
    ASSERT_EQ(advanced.transition.has_value(), expected.has_value());
    if (expected) {
      ASSERT_EQ(advanced.transition->baseline(), expected->baseline);
      if (!expected->baseline) {
        ASSERT_NO_FATAL_FAILURE(expect_changes(*advanced.transition, seen, expected->changes));
      }
      ASSERT_TRUE(equivalent(advanced.transition->current, seen.finding));
      ASSERT_NO_FATAL_FAILURE(commit(advanced, seen));
    } else {
      state_ = advanced.state;
      ASSERT_EQ(state_.pending.has_value(), reference_.pending());
    }
    expect_same(fold_, state_);
  }

  void expect_changes(const Transition& transition, const Sight& seen, const auto& expected) const {
    ASSERT_GE(in_a_row_, policy_.confirmations) << "too few sightings";
    ASSERT_NE(seen.document, reference_.shown()) << "nothing is different";
    ASSERT_EQ(transition.changes.size(), expected.size());
    for (const Change& change : transition.changes) {
      const auto difference = expected.find(std::string(to_string(change.field)));
      ASSERT_NE(difference, expected.end()) << to_string(change.field);
      ASSERT_EQ(normalized(change.from), difference->second.first);
      ASSERT_EQ(normalized(change.to), difference->second.second);
    }
    ASSERT_TRUE(std::ranges::is_sorted(transition.changes, {}, &Change::field));
  }

  // Now and then fails.
  void commit(const Advance& advanced, const Sight& seen) {
    const Transition& transition = *advanced.transition;
    if (one_in(6)) {
      const auto generation = state_.generation;
      hold(state_, transition);
      ++tally_.failed_commits;
      ASSERT_EQ(state_.generation, generation);
      ASSERT_EQ(state_.pending.has_value(), reference_.pending());
      return;
    }
    (transition.baseline() ? tally_.baselines : tally_.changes) += 1;
    tally_.returns += !transition.baseline() && !state_.found && seen.finding.found;
    fold_.take(transition, policy_.rules);
    state_ = advanced.state;
    reference_.commit(seen.document);
  }

  std::mt19937_64 random_;
  Tally& tally_;
  Policy policy_;
  std::size_t shown_now_ = 0;
  TenantState state_;
  Reference reference_;
  Fold fold_;
  WallTime now_ = WallTime(24h);
  // Equal answers that differ from what is confirmed, since the last other answer or restart.
  int in_a_row_ = 0;
  std::optional<Words> last_answer_;
};

void run(std::uint64_t seed, Tally& tally) {
  Life life(seed, tally);
  for (int step = 0; step < 80; ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
    ASSERT_NO_FATAL_FAILURE(life.step());
  }
}

TEST(HistoryProperty, EventsFoldToTheStateAndFollowTheReference) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 5'000; ++seed) {
    ASSERT_NO_FATAL_FAILURE(run(seed, tally));
    if (HasFailure())
      break;
  }
  EXPECT_GT(tally.baselines, 4'900);
  EXPECT_GT(tally.changes, 20'000);
  EXPECT_GT(tally.failed_commits, 2'000);
  EXPECT_GT(tally.returns, 500);
}

}  // namespace
}  // namespace tenantscope
