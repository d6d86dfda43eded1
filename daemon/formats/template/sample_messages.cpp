#include "formats/template/sample_messages.hpp"

#include "domain/event.hpp"
#include "formats/json.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view previous_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const TenantKey& sample_tenant() {
  static const TenantKey key{.asked = "global", .name = "agency.example"};
  return key;
}

Finding sample_finding(std::string_view region_scope) {
  return {.found = true,
          .cloud = "usgov",
          .tenant_id = parse_guid("00000000-0000-4000-8000-00000000000a").value(),
          .region_scope = region_scope,
          .sub_scope = "DODCON"};
}

Transition sample_transition() {
  const WallTime seen{};
  return {.generation = 2,
          .changes = {{Field::region_scope, "USGov", "USG"},
                      {Field::b2b_capability, "supported", "not_supported"}},
          .previous = sample_finding("USGov"),
          .current = sample_finding("USG"),
          .first_seen = seen,
          .confirmed = seen,
          .confirmations = 2,
          .evidence = {.url = "https://login.microsoftonline.com/agency.example/v2.0/",
                       .status = 200,
                       .sha256 = std::string(previous_hash),
                       .request_id = "00000000-0000-4000-8000-00000000000b",
                       .body_bytes = 1753}};
}

PairChange sample_pair() {
  PairVerdict verdict;
  verdict.capability = PairCapability::not_supported;
  verdict.rule = "sample";
  verdict.explanation = "The guest's cloud doesn't take part.";
  verdict.limits = {"A limit."};
  verdict.advice = {"An advice."};
  verdict.sources = {"A source (https://learn.microsoft.com/entra/)"};
  return {.collaboration = "joint-programme",
          .host = "agency.example",
          .guest = "partner.example",
          .from = PairCapability::supported,
          .verdict = std::move(verdict),
          .cause = Guid()};
}

std::string written(ChangeEvent event, std::uint64_t sequence) {
  if (!event.rewind)
    event.labels = {{"team", "identity"}};
  return cloud_event(event, Guid(), sequence, "tenantscope", previous_hash);
}

ChangeEvent sample_of(EventKind kind) {
  Transition transition = sample_transition();
  if (kind == EventKind::baselined) {
    transition.previous.reset();
    transition.changes.clear();
    transition.damaged = true;  // which has a reason
  }
  ChangeEvent event{.kind = kind,
                    .tenant = sample_tenant(),
                    .severity = Severity::critical,
                    .transition = std::move(transition)};
  if (kind == EventKind::expectation_changed)
    event.expectations = {
        {.expectation = "b2b", .expected = "supported", .actual = "not_supported", .met = false}};
  if (kind == EventKind::collaboration_changed)
    event.pair = sample_pair();
  if (kind == EventKind::ledger_rewound) {
    event.tenant = {};
    event.transition = {};
    event.rewind = Rewind{.journal = Guid(), .previous_journal = Guid(), .last = 7};
  }
  return event;
}

std::string_view kind_for_people(EventKind kind) {
  switch (kind) {
    case EventKind::baselined:
      return "a baseline";
    case EventKind::changed:
      return "a tenant's change";
    case EventKind::expectation_changed:
      return "an expectation's change";
    case EventKind::collaboration_changed:
      return "a pair's change";
    case EventKind::drill:
      return "a drill";
    case EventKind::ledger_rewound:
      return "a journal that went back";
  }
  return "";
}

}  // namespace

std::vector<SampleMessage> sample_messages() {
  std::vector<SampleMessage> samples;
  samples.reserve(event_kinds.size() + 1);
  for (const EventKind kind : event_kinds)
    samples.push_back({kind_for_people(kind), {written(sample_of(kind), 1)}});
  samples.push_back({"a tenant's change with those of its pairs",
                     {written(sample_of(EventKind::changed), 1),
                      written(sample_of(EventKind::collaboration_changed), 2),
                      written(sample_of(EventKind::collaboration_changed), 3)}});
  return samples;
}

}  // namespace tenantscope
