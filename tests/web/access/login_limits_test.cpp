// Whose logins fail, how often they may, and what is told of it.
#include <fmt/format.h>

#include "web/access/guarding.hpp"

namespace tenantscope {
namespace {

TEST_F(WebGuardTest, LimitsFailuresOfAnAddress) {
  EXPECT_EQ(status(alice), 200u);
  for (int i = 0; i < LoginFailures::burst; ++i)
    EXPECT_EQ(status(login("alice", "wrong")), 401u);
  const int before = checks;
  const WebResponse refused = ask(login("alice", "wrong"));
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(header(refused, "Retry-After"), "5");
  EXPECT_EQ(status(), 401u);
  EXPECT_EQ(status(alice), 200u);  // known: no check, no limit
  EXPECT_EQ(checks, before);
  EXPECT_EQ(status(login("alice", "wrong"), "192.0.2.2"), 401u);
  now += 5s;
  EXPECT_EQ(status(login("alice", "wrong")), 401u);
  EXPECT_EQ(status(login("alice", "wrong")), 429u);
}

TEST_F(WebGuardTest, LocksNoUserOutForANeighboursFailures) {
  for (const char* neighbour : {"alice", "nobody", ""})
    for (int i = 0; i < 2 * LoginFailures::burst; ++i)
      EXPECT_EQ(status(login(neighbour, "wrong")), i < LoginFailures::burst ? 401u : 429u);
  EXPECT_EQ(status(login("bob", "builder")), 200u);
  EXPECT_EQ(status(alice), 429u) << "somebody guesses this one's password";
  EXPECT_EQ(status(login("nobody", "wonderland")), 429u) << "who doesn't exist is told the same";
  now += 5s;
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(status(login("alice", "wrong")), 401u);  // a right one is no failure
}

TEST_F(WebGuardTest, KeepsLoginsOfUsersWhoDontChange) {
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(status(login("bob", "builder")), 200u);
  change([](WebConfig& c) { c.basic_auth_users["bob"] = "$2b$10$bob:new"; });
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(checks, 2);
  EXPECT_EQ(status(login("bob", "builder")), 401u);
}

TEST_F(WebGuardTest, CountsLoginsAndTellsOfFailures) {
  testing::internal::CaptureStderr();
  status();
  status(alice);
  status(alice);
  status("Bearer abc", "192.0.2.9");
  for (int i = 0; i < LoginFailures::burst + 3; ++i)
    status(login("alice", "wrong"));
  status(login("wonderland", "alice"));
  now += AuditLog::interval - 1s;
  audit.sweep(now);
  now += 1s;
  audit.sweep(now);
  audit.sweep(now);
  EXPECT_EQ(logins,
            (std::map<LoginResult, int>{
                {LoginResult::success, 2}, {LoginResult::failure, 12}, {LoginResult::locked, 3}}));
  const std::string written = captured_log(log);
  for (
      const char* line :
      {R"(level=warn msg="login refused" logger=audit peer=192.0.2.9 failed=1 locked=0)",
       R"(level=warn msg="login refused" logger=audit peer=192.0.2.1 user=alice failed=1 locked=0)",
       R"(level=warn msg="login refused" logger=audit peer=192.0.2.1 user=alice failed=10 locked=3)"})
    EXPECT_NE(written.find(std::string(line) + "\n"), std::string::npos) << line << written;
  EXPECT_EQ(std::ranges::count(written, '\n'), 3) << written;
  EXPECT_EQ(written.find("wonderland"), std::string::npos) << "a password in the user's place";
}

TEST_F(WebGuardTest, CountsAnIpv6NetworkAsOne) {
  for (int i = 0; i < LoginFailures::burst; ++i)
    EXPECT_EQ(status(login("alice", "wrong"), "2001:db8::" + std::to_string(i)), 401u);
  EXPECT_EQ(status(login("alice", "wrong"), "2001:db8::ffff:1:2:3"), 429u);
  EXPECT_EQ(status(login("alice", "wrong"), "2001:db8:0:1::1"), 401u);
}

TEST_F(WebGuardTest, LimitsGuessesFromElsewhereThanAUsersOwnAddress) {
  EXPECT_EQ(status(alice), 200u);
  const std::string elsewhere = "198.51.100.1";
  for (int i = 0; i < LoginFailures::burst; ++i)
    EXPECT_EQ(status(login("alice", "wrong"), elsewhere), 401u);
  EXPECT_EQ(status(alice, elsewhere), 429u) << "a right guess shows like a wrong one";
  EXPECT_EQ(status(alice), 200u) << "locked out by strangers";
  EXPECT_EQ(checks, 1 + LoginFailures::burst);
  now += 5s;
  EXPECT_EQ(status(alice, elsewhere), 200u);
  EXPECT_EQ(status(alice, elsewhere), 200u);
  EXPECT_EQ(checks, 2 + LoginFailures::burst) << "known at both";
  EXPECT_EQ(status(alice), 200u);
}

TEST_F(WebGuardTest, LimitsGuessesWhereTheirUserHasLoggedIn) {
  EXPECT_EQ(status(alice), 200u);
  for (int i = 0; i < WebLogin::guesses; ++i) {
    EXPECT_EQ(status(alice), 200u) << "locked out by " << i;
    EXPECT_EQ(status(login("alice", "wrong")), i < LoginFailures::burst ? 401u : 429u);
  }
  const int before = checks;
  EXPECT_EQ(status(alice), 429u) << "more than so many wrong ones of that name at once";
  now += WebLogin::guess_interval;
  EXPECT_EQ(status(alice), 200u);
  EXPECT_EQ(checks, before);
}

TEST_F(WebGuardTest, RemembersSoManyAddressesOfAUser) {
  const auto network = [](std::size_t i) { return fmt::format("2001:db8:0:{:x}::1", i); };
  for (std::size_t i = 0; i <= WebLogin::most_networks; ++i, now += 1s)
    EXPECT_EQ(status(alice, network(i)), 200u);
  const int before = checks;
  EXPECT_EQ(status(alice, network(1)), 200u);
  EXPECT_EQ(checks, before);
  EXPECT_EQ(status(alice, network(0)), 200u);
  EXPECT_EQ(checks, before + 1) << "the oldest one is forgotten";
}

TEST_F(WebGuardTest, CountsALocalUserAsOne) {
  const auto by_socket = [&](unsigned user_id, const std::string& authorization) {
    return ask(WebRequest{.method = "GET",
                          .path = "/",
                          .headers = {{"authorization", authorization}},
                          .user_id = user_id})
        .status;
  };
  for (int i = 0; i < LoginFailures::burst; ++i)
    EXPECT_EQ(by_socket(1000, login("alice", "wrong")), 401u);
  EXPECT_EQ(by_socket(1000, alice), 429u);
  EXPECT_EQ(by_socket(1001, alice), 200u) << "locked out by another local user";
  EXPECT_EQ(by_socket(1000, alice), 429u) << "known for another local user only";
}

TEST(LoginFailuresTest, RemembersSoManyAddresses) {
  LoginFailures failures;
  SteadyTime now = SteadyTime{} + 1h;
  const auto address = [](std::size_t i) { return "a" + std::to_string(i); };
  for (std::size_t i = 0; i < LoginFailures::most_remembered; ++i, now += 1us)
    for (int tries = 0; tries < LoginFailures::burst; ++tries)
      EXPECT_TRUE(failures.try_once(address(i), "alice", now));
  EXPECT_EQ(failures.remembered(), LoginFailures::most_remembered);
  for (int tries = 0; tries < LoginFailures::burst; ++tries)
    EXPECT_TRUE(failures.try_once("another", "alice", now)) << "locked out by the others";
  EXPECT_FALSE(failures.try_once("another", "alice", now));
  EXPECT_EQ(failures.remembered(), LoginFailures::most_remembered);
  EXPECT_FALSE(failures.try_once(address(1), "alice", now));
  now += LoginFailures::burst * LoginFailures::interval;
  EXPECT_TRUE(failures.try_once("one more", "alice", now));
  EXPECT_EQ(failures.remembered(), 1u);
}

TEST(LoginFailuresTest, OfALockedNameTakeNothingFromItsNeighbours) {
  LoginFailures failures;
  const SteadyTime now = SteadyTime{} + 1h;
  for (int i = 0; i < 2 * LoginFailures::address_burst; ++i)
    EXPECT_EQ(failures.try_once("a", "alice", now), i < LoginFailures::burst);
  EXPECT_TRUE(failures.try_once("a", "bob", now));
}

TEST(LoginFailuresTest, BoundAnAddressWhateverTheNames) {
  LoginFailures failures;
  SteadyTime now = SteadyTime{} + 1h;
  for (int i = 0; i < LoginFailures::address_burst; ++i)
    EXPECT_TRUE(failures.try_once("a", std::to_string(i), now));
  EXPECT_FALSE(failures.try_once("a", "another", now));
  EXPECT_EQ(failures.until_next_try("a", "another", now), LoginFailures::address_interval);
  EXPECT_TRUE(failures.try_once("b", "another", now));
  now += LoginFailures::address_interval;
  EXPECT_TRUE(failures.try_once("a", "another", now));
  EXPECT_FALSE(failures.try_once("a", "another", now));
  failures.forgive("a", "another", now);
  EXPECT_TRUE(failures.try_once("a", "another", now));
}

}  // namespace
}  // namespace tenantscope
