// What is promised of events, looked for in what a journal, a file sink and a webhook's receiver
// hold. Whatever isn't so fails the test.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "e2e/receiver.hpp"
#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {

using Lines = std::vector<std::string>;

struct Told {
  std::map<std::string, Lines> scopes;         // by tenant, every value that its events tell
  std::map<std::string, json::object> latest;  // by tenant, its last event
};

// Sequences, ids and generations without a gap or a repetition, each event following from the
// tenant's one before.
Told check_journal(const Lines& journal);

// Whether so many different events have come to the file sink and to the receiver.
bool have_come(std::size_t events, const std::filesystem::path& file,
               const std::vector<Post>& posts);

// Each event at least once, first ones in the journal's order; a repetition is the same bytes; a
// kill may leave a piece of a line.
void check_file(const Lines& journal, const std::filesystem::path& file);

enum class Repeats {
  // What was in flight then, once more by the next life; lives are told apart by the posts' paths.
  after_a_kill,
  when_unwritten,  // also in the same life: that it was taken couldn't be written down
};

// Each event at least once, with the journal's id and bytes, in order for each tenant; only a
// tenant's last one may come again. Returns how many came again.
std::size_t check_posts(const Lines& journal, const std::vector<Post>& posts, Repeats repeats);

}  // namespace tenantscope::e2e
