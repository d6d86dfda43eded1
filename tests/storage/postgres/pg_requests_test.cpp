// What standbys ask of the active replica, on a real server.
#include "storage/postgres/pg_requests.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "storage/postgres/postgres_storage.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;

class PgRequestsTest : public ::testing::Test {
 protected:
  std::unique_ptr<RequestBox> active(const std::string& replica = "north") const {
    return open_postgres_requests(storage_.settings,
                                  begin_postgres_term(storage_.settings, replica));
  }
  Request put(const std::string& kind = "drill", Duration valid = 1h) {
    Request request{.id = random_guid(),
                    .kind = kind,
                    .arguments = R"({"tenant":"a.example"})",
                    .asked_by = "south"};
    EXPECT_TRUE(standby_->put(request, valid));
    return request;
  }
  std::string rows() const { return storage_.ask("SELECT count(*) FROM {}.requests"); }

  PostgresStorage storage_;
  std::unique_ptr<RequestBox> standby_ = open_postgres_requests(storage_.settings, 0);
};

TEST_F(PgRequestsTest, AreClaimedAnsweredAndTakenAway) {
  const std::unique_ptr<RequestBox> north = active();
  EXPECT_TRUE(north->waiting(16).value().empty());
  const Request asked = put();
  const std::vector<Request> waiting = north->waiting(16).value();
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].id, asked.id);
  EXPECT_EQ(waiting[0].kind, "drill");
  EXPECT_EQ(waiting[0].arguments, R"({"tenant":"a.example"})");
  EXPECT_EQ(waiting[0].asked_by, "south");
  EXPECT_FALSE(standby_->look(asked.id).value().claimed);
  ASSERT_TRUE(north->claim(asked.id).value());
  EXPECT_TRUE(north->waiting(16).value().empty());
  EXPECT_TRUE(standby_->look(asked.id).value().claimed);
  EXPECT_FALSE(standby_->look(asked.id).value().answer);
  ASSERT_TRUE(north->answer(asked.id, "{}"));
  EXPECT_EQ(standby_->look(asked.id).value().answer, "{}");
  EXPECT_FALSE(standby_->withdraw(asked.id).value()) << "somebody had begun";
  EXPECT_EQ(rows(), "0");
}

TEST_F(PgRequestsTest, WaitInTheirOrder) {
  const std::unique_ptr<RequestBox> north = active();
  for (const char* kind : {"a", "b", "c"})
    put(kind);
  std::string kinds;
  for (const Request& request : north->waiting(2).value())
    kinds += request.kind;
  EXPECT_EQ(kinds, "ab");
}

TEST_F(PgRequestsTest, AreClaimedOnceWhateverTermItIs) {
  const Request asked = put();
  const std::unique_ptr<RequestBox> north = active();
  ASSERT_TRUE(north->claim(asked.id).value());
  EXPECT_FALSE(north->claim(asked.id).value());
  const std::unique_ptr<RequestBox> south = active("south");
  EXPECT_TRUE(south->waiting(16).value().empty());
  EXPECT_FALSE(south->claim(asked.id).value());
  EXPECT_FALSE(north->answer(asked.id, "{}")) << "its term is over";
  ASSERT_TRUE(south->answer(asked.id, "{}"));
  EXPECT_FALSE(standby_->look(asked.id).value().answer) << "it wasn't the one that began";
}

TEST_F(PgRequestsTest, AreNotForWhoseTermIsOver) {
  const std::unique_ptr<RequestBox> north = active();
  const std::unique_ptr<RequestBox> south = active("south");
  const Request asked = put();
  EXPECT_FALSE(north->claim(asked.id));
  EXPECT_FALSE(standby_->claim(asked.id)) << "nor for a standby";
  EXPECT_TRUE(south->claim(asked.id).value());
}

TEST_F(PgRequestsTest, AreNotBegunOnceTheirTimeIsOver) {
  const std::unique_ptr<RequestBox> north = active();
  const Request asked = put("drill", 0ms);
  EXPECT_TRUE(north->waiting(16).value().empty());
  EXPECT_FALSE(north->claim(asked.id).value());
  EXPECT_TRUE(standby_->withdraw(asked.id).value());
}

TEST_F(PgRequestsTest, AreNotBegunOnceTheyAreWithdrawn) {
  const std::unique_ptr<RequestBox> north = active();
  const Request asked = put();
  EXPECT_TRUE(standby_->withdraw(asked.id).value());
  EXPECT_FALSE(north->claim(asked.id).value());
  EXPECT_FALSE(standby_->withdraw(asked.id).value()) << "it isn't known any more";
}

// Of the two, one is told so.
TEST_F(PgRequestsTest, AreClaimedOrWithdrawn) {
  const std::unique_ptr<RequestBox> north = active();
  for (int times = 0; times < 30; ++times) {
    const Request asked = put();
    bool claimed = false;
    std::thread claims([&] { claimed = north->claim(asked.id).value(); });
    const bool withdrawn = standby_->withdraw(asked.id).value();
    claims.join();
    EXPECT_NE(claimed, withdrawn);
  }
}

TEST_F(PgRequestsTest, AreDroppedWhereNobodyTakesThemAway) {
  const std::unique_ptr<RequestBox> north = active();
  put("drill", 0ms);
  EXPECT_EQ(north->drop_left_over().value(), 0u) << "who asked may still take it away";
  storage_.ask("UPDATE {}.requests SET expires = expires - interval '2 minutes'");
  put();
  EXPECT_FALSE(standby_->drop_left_over()) << "the active replica's to do";
  EXPECT_EQ(north->drop_left_over().value(), 1u);
  EXPECT_EQ(rows(), "1");
}

TEST_F(PgRequestsTest, AreNotThereWhereTheServerCannotBeReached) {
  PgSettings nowhere = storage_.settings;
  nowhere.hosts = {{.name = PostgresServer::host, .port = 1}};
  const auto put = open_postgres_requests(nowhere, 0)->put({.id = random_guid()}, 1h);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::connect);
}

}  // namespace
}  // namespace tenantscope
