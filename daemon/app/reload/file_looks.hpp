// When files that change are to be read: once two looks at them agree, since the one that finds
// them changed may find them half written. A writer that pauses for longer than the looks are apart
// has to write beside them and rename. Pure; on one thread.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/file_stamp.hpp"

namespace tenantscope {

class FileLooks {
 public:
  // As they were when they were read. What was refused is read again now and then: what couldn't be
  // read may come back unchanged.
  void taken(std::vector<FileStamp> files) { read(std::move(files), false); }
  void refused(std::vector<FileStamp> files) { read(std::move(files), true); }
  // The next look that finds them at rest shall read them once more.
  void undecided() { read_.reset(); }

  // A look. True: they are to be read.
  bool look(const std::vector<FileStamp>& now);

  // For how many looks they have changed each time; 0: they are at rest.
  int restless() const { return restless_; }

 private:
  void read(std::vector<FileStamp> files, bool refused);

  std::vector<FileStamp> seen_;                 // at the last look
  std::optional<std::vector<FileStamp>> read_;  // nothing: they are to be read in any case
  bool refused_ = false;
  int idle_ = 0;  // looks since then
  int restless_ = 0;
};

}  // namespace tenantscope
