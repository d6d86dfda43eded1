// The daemon's own condition, as the API tells it.
#include "app/api/api_fixture.hpp"
#include "version.hpp"

namespace tenantscope {
namespace {

class ApiStatus : public ApiTest {
 protected:
  ApiStatus() { instruments_.config_last_reload_successful().Set(1); }
};

TEST_F(ApiStatus, SaysWhatRunsAndWhatItWatches) {
  watch_some();
  commit(2);
  json::object status = data("/api/v1/status");
  EXPECT_EQ(status.at("version"), TENANTSCOPE_VERSION);
  EXPECT_EQ(status.at("ready"), false);
  EXPECT_EQ(status.at("joining"), false);
  EXPECT_EQ(status.at("last_event"), 2);
  EXPECT_EQ(status.at("problems"), json::array());
  EXPECT_EQ(json::serialize(status.at("tenants")),
            R"({"watched":4,"supported":1,"not_supported":2,"unknown":1,)"
            R"("failing":0,"pending":0,"stale":1,"unmet":0,"vanished":0})");
  api_.set_ready(true);
  EXPECT_EQ(data("/api/v1/status").at("ready"), true);
}

TEST_F(ApiStatus, SaysWhatIsWrong) {
  instruments_.authorities().of("usgov").up.Set(0);
  const json::object status = data("/api/v1/status");
  const json::array& problems = status.at("problems").as_array();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].at("part"), "authority");
  EXPECT_EQ(problems[0].at("name"), "usgov");
}

}  // namespace
}  // namespace tenantscope
