// An open file that events are appended to, a line each: a regular file, or what has no size and
// may be read by another program at once (a pipe, a FIFO, a terminal, /dev/null).
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.hpp"
#include "domain/settings.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

class EventFile {
 public:
  virtual ~EventFile() = default;

  // How much of a batch had room: less than the whole only where a reader has to read first.
  enum class Appended { whole, part, nothing };

  // To a regular file: all lines or none, on the disk when it returns. To another: without waiting
  // for its reader; the lines that had room are not written again when a later batch brings their
  // events once more. Error: io.
  virtual Result<Appended> append(const std::vector<JournalEntry>& batch) = 0;

  // It can't be appended to any more, and has to be opened anew.
  virtual bool broken() const = 0;
  // Gives a regular file its mode and group, where they aren't so already; others keep theirs.
  // Where the group can't be given, no group gets any right. Error: what couldn't be given, and
  // why.
  virtual Result<void> give(const FileAccess&) const { return {}; }
  // Its path leads elsewhere by now: it was moved or removed, or another file is there.
  virtual bool moved() const { return false; }
  // Its reader has a part of a line, and has to get the rest before it is closed.
  virtual bool within_line() const { return false; }
};

// Makes a file where there is none: its owner's alone until it is given to others, where `access`
// says to whom. Never waits for a reader: a FIFO that has none is an error.
Result<std::unique_ptr<EventFile>> open_event_file(const std::filesystem::path& path,
                                                   const FileAccess& access = {});

}  // namespace tenantscope
