// A file system in memory that a test can fill and make read-only. Nobody but this process and its
// children sees it, and it ends with them.
#pragma once

#include <filesystem>

namespace tenantscope::e2e {

// Whether this process may mount. REQUIRES: asked before it has a second thread.
bool can_mount();

class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path folder);  // which is made where there is none
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  void fill() const;  // to the last byte
  void free() const;
  // REQUIRES, for true: nobody has a file there open for writing.
  void set_read_only(bool read_only) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace tenantscope::e2e
