#include "e2e/promises.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>

#include <fmt/format.h>

namespace tenantscope::e2e {

Told check_journal(const Lines& journal) {
  Told told;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < journal.size(); ++i) {
    SCOPED_TRACE(journal[i]);
    const json::object event = parsed(journal[i]);
    EXPECT_EQ(text_at(event, "/sequence"), fmt::format("{:020}", i + 1));
    EXPECT_TRUE(ids.insert(text_at(event, "/id")).second) << "an id twice";
    const std::string tenant = text_at(event, "/subject");
    told.scopes[tenant].push_back(text_at(event, "/data/current/region_scope"));
    const auto before = told.latest.find(tenant);
    if (before == told.latest.end()) {
      EXPECT_EQ(text_at(event, "/type"), baselined);
      EXPECT_EQ(text_at(event, "/data/generation"), "1");
      EXPECT_EQ(text_at(event, "/data/previous"), "null");
    } else {
      EXPECT_EQ(text_at(event, "/type"), changed);
      EXPECT_EQ(std::stoi(text_at(event, "/data/generation")),
                std::stoi(text_at(before->second, "/data/generation")) + 1);
      EXPECT_EQ(text_at(event, "/data/previous"), text_at(before->second, "/data/current"));
      EXPECT_NE(text_at(event, "/data/previous"), text_at(event, "/data/current"));
      EXPECT_NE(text_at(event, "/data/changes"), "[]");
    }
    told.latest[tenant] = event;
  }
  return told;
}

bool have_come(std::size_t events, const std::filesystem::path& file,
               const std::vector<Post>& posts) {
  std::set<std::string> posted, written;
  for (const Post& post : posts)
    if (post.status == 200)
      posted.insert(post.id());
  if (posted.size() != events)
    return false;
  for (const std::string& line : lines_of(read_file(file))) {
    boost::system::error_code piece;
    const json::value event = json::parse(line, piece);
    if (!piece)
      written.insert(text_at(event, "/id"));
  }
  return written.size() == events;
}

void check_file(const Lines& journal, const std::filesystem::path& file) {
  std::size_t delivered = 0;
  for (const std::string& line : lines_of(read_file(file))) {
    const auto of_journal = std::ranges::find_if(
        journal, [&](const std::string& event) { return event.starts_with(line); });
    ASSERT_NE(of_journal, journal.end()) << "nothing of the journal: " << line;
    const auto index = std::size_t(of_journal - journal.begin());
    if (line != *of_journal)
      continue;
    EXPECT_LE(index, delivered) << "an event before its turn: " << line;
    delivered = std::max(delivered, index + 1);
  }
  EXPECT_EQ(delivered, journal.size()) << "events that never came to " << file;
}

std::size_t check_posts(const Lines& journal, const std::vector<Post>& posts, Repeats repeats) {
  std::map<std::string, std::string> by_id;
  std::map<std::string, Lines> owed;  // by tenant, its events' ids in order
  for (const std::string& line : journal) {
    const json::object event = parsed(line);
    by_id[text_at(event, "/id")] = line;
    owed[text_at(event, "/subject")].push_back(text_at(event, "/id"));
  }

  std::size_t repeated = 0;
  std::map<std::string, Lines> taken;             // by tenant, without repetitions
  std::map<std::string, std::string> came_along;  // by tenant, the path of its last post
  for (const Post& post : posts) {
    if (post.status != 200)
      continue;
    SCOPED_TRACE(post.path + " " + post.id() + " " + post.body);
    const auto event = by_id.find(post.id());
    if (event == by_id.end()) {
      ADD_FAILURE() << "posted, but not in the journal";
      continue;
    }
    EXPECT_EQ(post.body, event->second) << "not the journal's bytes";
    const std::string tenant = text_at(parsed(event->second), "/subject");
    Lines& ids = taken[tenant];
    if (!ids.empty() && ids.back() == post.id()) {
      ++repeated;
      EXPECT_TRUE(repeats == Repeats::when_unwritten || post.path != came_along[tenant])
          << "repeated within one life";
    } else {
      EXPECT_TRUE(ids.size() < owed[tenant].size() && owed[tenant][ids.size()] == post.id())
          << "before its turn, or after it";
      ids.push_back(post.id());
    }
    came_along[tenant] = post.path;
  }
  for (const auto& [tenant, ids] : owed)
    EXPECT_EQ(taken[tenant], ids) << "what the receiver got of " << tenant;
  return repeated;
}

}  // namespace tenantscope::e2e
