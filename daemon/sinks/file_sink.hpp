// Events as JSON lines, appended to a file and fsynced before they count as delivered.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>

#include "sinks/sink.hpp"

namespace tenantscope {

class FileSink : public Sink {
 public:
  explicit FileSink(std::filesystem::path path);
  ~FileSink() override;

  bool takes_batches() const override { return true; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> batch) override;
  void reopen() override;

 private:
  Result<void> append(const std::vector<JournalEntry>& batch);
  Result<void> open();
  void close();

  std::filesystem::path path_;
  int file_ = -1;  // of the disk thread
  std::atomic<bool> reopen_ = false;
  boost::asio::thread_pool disk_{1};  // a slow disk delays nobody else
};

}  // namespace tenantscope
