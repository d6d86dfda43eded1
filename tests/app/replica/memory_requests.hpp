// Requests of standbys in memory, which can be away.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "storage/request_box.hpp"

namespace tenantscope {

struct RequestRows {
  struct Row {
    Request request;
    bool claimed = false;
    std::optional<std::string> answer;
  };

  std::mutex mutex;
  std::vector<Row> rows;              // guarded by mutex, as are all below
  std::optional<Error> away;          // for whoever comes
  bool begun_at_once = false;         // those that come, by somebody who never answers
  std::optional<Result<bool>> claim;  // what comes of each, if it isn't what it should be
  int failing_answers = 0;            // of those that come next
  std::uint64_t left_over = 0;        // those that drop_left_over() finds
};

class MemoryRequests : public RequestBox {
 public:
  explicit MemoryRequests(std::shared_ptr<RequestRows> rows) : rows_(std::move(rows)) {}

  Result<void> put(const Request& request, Duration) override {
    const std::lock_guard lock(rows_->mutex);
    if (rows_->away)
      return *rows_->away;
    rows_->rows.push_back({.request = request, .claimed = rows_->begun_at_once, .answer = {}});
    return {};
  }
  Result<Standing> look(const Guid& id) override {
    const std::lock_guard lock(rows_->mutex);
    if (rows_->away)
      return *rows_->away;
    const auto row = find(id);
    if (row == rows_->rows.end())
      return Standing();
    return Standing{.claimed = row->claimed, .answer = row->answer};
  }
  Result<bool> withdraw(const Guid& id) override {
    const std::lock_guard lock(rows_->mutex);
    if (rows_->away)
      return *rows_->away;
    const auto row = find(id);
    if (row == rows_->rows.end())
      return false;
    const bool unbegun = !row->claimed;
    rows_->rows.erase(row);
    return unbegun;
  }

  Result<std::vector<Request>> waiting(std::size_t most) override {
    const std::lock_guard lock(rows_->mutex);
    if (rows_->away)
      return *rows_->away;
    std::vector<Request> waiting;
    for (const RequestRows::Row& row : rows_->rows)
      if (!row.claimed && waiting.size() < most)
        waiting.push_back(row.request);
    return waiting;
  }
  Result<bool> claim(const Guid& id) override {
    const std::lock_guard lock(rows_->mutex);
    if (rows_->away)
      return *rows_->away;
    if (rows_->claim)
      return *rows_->claim;
    const auto row = find(id);
    return row != rows_->rows.end() && !std::exchange(row->claimed, true);
  }
  Result<void> answer(const Guid& id, const std::string& answer) override {
    const std::lock_guard lock(rows_->mutex);
    if (rows_->failing_answers > 0 && rows_->failing_answers-- > 0)
      return Error{ErrorKind::io, "no answer"};
    if (const auto row = find(id); row != rows_->rows.end())
      row->answer = answer;
    return {};
  }
  Result<std::uint64_t> drop_left_over() override {
    const std::lock_guard lock(rows_->mutex);
    return std::exchange(rows_->left_over, 0);
  }

 private:
  std::vector<RequestRows::Row>::iterator find(const Guid& id) {
    return std::ranges::find(rows_->rows, id,
                             [](const RequestRows::Row& row) { return row.request.id; });
  }

  const std::shared_ptr<RequestRows> rows_;
};

}  // namespace tenantscope
