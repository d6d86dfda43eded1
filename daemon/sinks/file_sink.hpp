// Events as JSON lines, appended to a file. They count as delivered once a regular file has them on
// its disk, or once a pipe or a device has taken them. A regular file that was moved or removed is
// opened anew.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <memory>

#include "base/log.hpp"
#include "domain/settings.hpp"
#include "sinks/event_file.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

class FileSink : public Sink {
 public:
  FileSink(std::filesystem::path path, const Log& log, FileAccess access = {});
  ~FileSink() override;

  bool takes_batches() const override { return true; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> batch) override;
  void reopen() override;

 private:
  boost::asio::awaitable<Result<EventFile::Appended>> append_beside(
      std::shared_ptr<const std::vector<JournalEntry>> batch);
  Result<EventFile::Appended> append(const std::vector<JournalEntry>& batch);
  Result<void> open();
  void let_go_where_moved();
  Error full() const;

  std::filesystem::path path_;
  Log log_;
  const FileAccess access_;
  std::unique_ptr<EventFile> file_;  // of the disk thread
  std::atomic<bool> reopen_ = false;
  boost::asio::thread_pool disk_{1};  // a slow disk delays nobody else
};

}  // namespace tenantscope
