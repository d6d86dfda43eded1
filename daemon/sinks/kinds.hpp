// The kinds of sinks, an overload each of what can be done with one; what configures them is read
// in config/sink, a row each in its sink_kinds.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "domain/settings.hpp"
#include "fetch/fetcher.hpp"
#include "sinks/letter.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

// What sinks are made with. REQUIRES: the fetcher outlives them and their deliveries.
struct SinkNeeds {
  Fetcher& fetcher;
  const Log& log;
  std::filesystem::path storage;  // where relative files are
  std::string external_url = {};  // where people reach the daemon; empty: not known
};

std::unique_ptr<Sink> make_sink(const SinkTarget& target, const SinkNeeds& needs);

// What a delivery of `event` would send, without it; secrets that would be in it are masked. Reads
// no secret. Error (other): it can't be made.
Result<Letter> letter_of(const SinkTarget& target, const JournalEntry& event,
                         const std::string& external_url);

}  // namespace tenantscope
