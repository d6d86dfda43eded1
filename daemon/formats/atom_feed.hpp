// Events as an Atom feed (RFC 4287), for feed readers. Titles are the sentences that people are
// told of events, as text. Pure; safe on what others wrote.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/guid.hpp"

namespace tenantscope {

struct AtomFeed {
  Guid id;
  std::string title;
  std::string query;  // of the feed's own address, with its `?`; empty: there is none
  // Where people reach the daemon, without a slash at its end; empty: not known, and links are
  // relative to the feed's address.
  std::string external_url;
};

inline constexpr std::string_view atom_content_type = "application/atom+xml; charset=utf-8";

// `events`: CloudEvents as they stand in the journal, newest first.
std::string atom_feed(const AtomFeed& feed, std::span<const std::string> events);

}  // namespace tenantscope
