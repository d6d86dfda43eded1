// What the watcher makes of stored states that are damaged.
#include <gtest/gtest.h>

#include "app/watcher_fixture.hpp"
#include "storage/sqlite/sqlite.hpp"

namespace tenantscope {
namespace {

using documents::contoso;

// What was stored of one of them is damaged: it has changed while nobody looked, or not.
TEST_F(WatcherTest, SeesATenantAnewWhoseStoredStateIsDamaged) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  authority_.show("b.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example"), watch("b.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1) &&
              watching_->until_generation("b.example", 1));
  stop();
  sqlite::Connection(folder_.path() / "tenantscope.db", sqlite::Connection::Mode::read_write)
      .execute("UPDATE tenants SET region_scope = 'USGov' WHERE name = 'a.example'");
  start();
  EXPECT_FALSE(watching_->tenant("a.example").state.seen());
  configure({watch("a.example"), watch("b.example")});
  ASSERT_TRUE(watching_->until([&] { return watching_->tenant("a.example").state.seen(); }));
  ASSERT_TRUE(asked_again("a.example", 3) && asked_again("b.example", 3));

  const auto journal = watching_->journal();
  ASSERT_EQ(journal.size(), 3u);
  EXPECT_EQ(journal[2].kind, EventKind::baselined);
  EXPECT_EQ(data_of(journal[2]).at("reason"), "damaged");
  EXPECT_EQ(data_of(journal[2]).at("severity"), "warning");
  EXPECT_EQ(data_of(journal[2]).at("current").at("region_scope"), "USG");
  EXPECT_EQ(watching_->instruments.events(EventKind::changed).Value(), 0);
}

// A stored time that lies ahead was never heard: it would hide that a tenant is silent.
TEST_F(WatcherTest, BelievesNoStoredTimeThatLiesAhead) {
  authority_.show("a.example", found(documents::usg_document(contoso)));
  start();
  configure({watch("a.example")});
  ASSERT_TRUE(watching_->until_generation("a.example", 1));
  restart();
  EXPECT_TRUE(watching_->tenant("a.example").state.last_success);
  stop();
  sqlite::Connection(folder_.path() / "tenantscope.db", sqlite::Connection::Mode::read_write)
      .execute("UPDATE tenants SET last_success = last_success + 1099511627776");
  start();
  EXPECT_TRUE(watching_->tenant("a.example").state.seen());
  EXPECT_FALSE(watching_->tenant("a.example").state.last_success);
}

}  // namespace
}  // namespace tenantscope
