#include "formats/replicas_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace tenantscope {
namespace {

TEST(ReplicasJson, SaysWhoIsThere) {
  const WallTime now = *parse_rfc3339("2026-11-23T10:00:00Z");
  Replicas replicas{.all = {{.name = "north",
                             .url = "http://north.example",
                             .version = "1.0",
                             .config = "aa",
                             .state = ReplicaState::active,
                             .since = now,
                             .sequence = 5,
                             .lease_end = now,
                             .live = true,
                             .active = true},
                            {.name = "south",
                             .url = {},
                             .version = "1.0",
                             .config = "bb",
                             .state = {},
                             .since = now,
                             .sequence = 5,
                             .lease_end = now}},
                    .head = 9,
                    .now = now};
  EXPECT_EQ(
      boost::json::serialize(replicas_json(replicas, "south")),
      R"({"self":"south","time":"2026-11-23T10:00:00.000Z","head":9,"replicas":[)"
      R"({"name":"north","url":"http://north.example","version":"1.0","state":"active",)"
      R"("since":"2026-11-23T10:00:00.000Z","active":true,"live":true,)"
      R"("lease_end":"2026-11-23T10:00:00.000Z","behind":0,"config":"aa","config_matches":true},)"
      R"({"name":"south","url":null,"version":"1.0","state":null,)"
      R"("since":"2026-11-23T10:00:00.000Z","active":false,"live":false,)"
      R"("lease_end":"2026-11-23T10:00:00.000Z","behind":4,"config":"bb","config_matches":false}]})");
  replicas.all.front().active = false;
  EXPECT_TRUE(replicas_json(replicas, "south")
                  .at("replicas")
                  .as_array()
                  .back()
                  .at("config_matches")
                  .is_null());
}

}  // namespace
}  // namespace tenantscope
