// What this process has seen of a shared ledger, kept in its own folder for the next process: that
// the ledger's server went back is noticed then, too, where it did so while no daemon ran. A thread
// of its own writes it, as a disk may hang: nobody waits for that. What is kept may be a few events
// behind where the machine fails.
#pragma once

#include <filesystem>
#include <memory>
#include <thread>

#include "base/log.hpp"

namespace tenantscope {

class PgSeen;

class LastSeen {
 public:
  // REQUIRES: `log` outlives it.
  LastSeen(const std::filesystem::path& folder, const Log& log);
  ~LastSeen();  // what was seen is kept, where that doesn't take long
  LastSeen(const LastSeen&) = delete;
  LastSeen& operator=(const LastSeen&) = delete;

  const std::shared_ptr<PgSeen>& seen() const { return seen_; }

  // Once the folder is this process' alone; does nothing the next time. What was kept counts from
  // now on, and what is seen is kept.
  void begin();

 private:
  class Writer;

  void read();

  const std::filesystem::path file_;
  const Log& log_;
  const std::shared_ptr<PgSeen> seen_;
  std::shared_ptr<Writer> writer_;
  std::thread thread_;
};

}  // namespace tenantscope
