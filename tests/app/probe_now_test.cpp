// Watcher::probe_now: probes outside the schedule, which share its limiter and leave the tenants'
// states alone.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "app/watcher_fixture.hpp"
#include "base/clock.hpp"

namespace tenantscope {
namespace {

using documents::contoso;

class ProbeNow : public WatcherTest {
 protected:
  Result<ProbeResult> probe_now(ProbeOrder order) {
    return run(watching_->loop, watching_->watcher.probe_now(std::move(order)));
  }
  static ProbeOrder order(const std::string& name, const std::string& asked = "global") {
    return {.key = {.asked = asked, .name = name}};
  }
  // Why there is no finding.
  ErrorKind failure_of(const ProbeOrder& asked) {
    return probe_now(asked).value().observation.finding.error().kind;
  }
  AuthorityInstruments& global() { return watching_->instruments.authorities().of("global"); }
};

TEST_F(ProbeNow, MovesNoState) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example", once)});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  authority_.show("a.example", found(documents::gcc_high_document(contoso)));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(probe_now(order("a.example"))->observation.finding->region_scope, "USGov");
  authority_.show("a.example", broken());
  EXPECT_EQ(failure_of(order("a.example")), ErrorKind::http_status);

  const Watch& a = watching_->tenant("a.example");
  EXPECT_EQ(a.state.known->region_scope, "USG");
  EXPECT_FALSE(a.state.pending);
  EXPECT_EQ(a.status.failures, 0u);
  EXPECT_EQ(watching_->journal().size(), 1u);
}

TEST_F(ProbeNow, CountsAsARequest) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({});
  EXPECT_TRUE(probe_now(order("a.example"))->observation.finding->found);
  EXPECT_FALSE(probe_now(order("b.example"))->observation.finding->found);
  EXPECT_EQ(global().found.Value(), 1);
  EXPECT_EQ(global().not_found.Value(), 1);
  EXPECT_EQ(in_flight(), 0);
  EXPECT_EQ(authority_.connections(), 1) << "kept alive";
}

TEST_F(ProbeNow, HeedsThatTheAuthorityWantsToBeLeftAlone) {
  authority_.show("a.example", http_answer("429 Too Many Requests", "", "Retry-After: 3600\r\n"));
  start();
  configure({watch("a.example", once)});
  ASSERT_TRUE(watching_->until([&] { return global().throttled.Value() == 1; }));
  EXPECT_EQ(failure_of(order("b.example")), ErrorKind::throttled);
  EXPECT_EQ(authority_.asked("b.example"), 0);
  configure({});
  EXPECT_EQ(failure_of(order("b.example")), ErrorKind::throttled) << "over a reload, too";
  EXPECT_EQ(authority_.asked("b.example"), 0);
}

TEST_F(ProbeNow, TellsThePinThatIsNotMet) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({});
  ProbeOrder pinned = order("a.example");
  pinned.tenant_id = parse_guid(documents::fabrikam);
  EXPECT_EQ(failure_of(pinned), ErrorKind::identity);
}

TEST_F(ProbeNow, GivesUpInTime) {
  authority_.hold();
  start();
  configure({});
  bool patient_is_over = false;
  co_spawn(watching_->loop, watching_->watcher.probe_now(order("a.example")),
           [&](std::exception_ptr, const Result<ProbeResult>&) { patient_is_over = true; });
  ProbeOrder hurried = order("a.example");
  hurried.timeout = 50ms;
  EXPECT_EQ(failure_of(hurried), ErrorKind::timeout);
  EXPECT_FALSE(patient_is_over);
}

TEST_F(ProbeNow, KeepsWhatAnAnswersHeadersSay) {
  authority_.show("a.example",
                  http_answer("500 Internal Server Error", "", "x-ms-request-id: 42\r\n"));
  start();
  configure({});
  ProbeOrder asked = order("a.example");
  EXPECT_TRUE(probe_now(asked)->trace.headers.empty());
  asked.keep_headers = true;
  const Result<ProbeResult> result = probe_now(asked);
  EXPECT_EQ(result->trace.headers,
            (std::vector<std::string>{"x-ms-request-id: 42", "Content-Length: 0"}));
  EXPECT_TRUE(result->trace.kept_connection);
  EXPECT_GT(result->trace.total.count(), 0);
}

TEST_F(ProbeNow, KnowsTheCloudsOfTheConfigurationOnly) {
  start();
  configure({});
  EXPECT_TRUE(probe_now(order("a.example", "moon"))
                  .error()
                  .detail.starts_with("unknown cloud `moon`; the clouds are: "));
}

}  // namespace
}  // namespace tenantscope
