// The journal for those who ask over HTTP, read on a thread of its own: a storage that doesn't
// answer holds up who reads the journal, for StoreWorker's patience, and nobody else.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "app/store/store_worker.hpp"
#include "storage/ledger.hpp"

namespace tenantscope {

class JournalReader {
 public:
  static constexpr StoreWorker::Limits limits{.waiting = 100};

  explicit JournalReader(std::unique_ptr<Journal> journal, StoreWorker::Limits worker = limits)
      : journal_(std::move(journal)), worker_("the storage", worker) {}

  // Runs `job` with the journal, in turn, and gives what it returns, a Result; else an Error of
  // kind io, or throttled where too many wait. From any executor; resumes there. The job may go on
  // when its caller has gone: what it needs is in it by value, or lives as long as this. As with
  // LedgerThread::run, it has a name, and is moved in.
  template <class Job>
  requires(!std::is_lvalue_reference_v<Job>) auto read(Job&& job) {
    using T = std::invoke_result_t<const Job&, Journal&>;
    return worker_.ask<T>([this, job = std::forward<Job>(job)] { return job(*journal_); });
  }

  // REQUIRES: nobody reads any more. While the executors of those who read are still there; it
  // waits for a read under way (StopDeadline).
  void stop() { worker_.stop(); }

 private:
  std::unique_ptr<Journal> journal_;
  StoreWorker worker_;
};

}  // namespace tenantscope
