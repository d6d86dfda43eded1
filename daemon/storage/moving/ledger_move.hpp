// Moves a ledger from one place to another, so that there never are two that go on from the same
// events. In this order: the target takes all rows, and no daemon; what is read back of it is
// compared; the source is marked as moved, and takes no daemon any more; the target takes them.
// What is interrupted before the mark leaves the source as it was; after it, the same move again
// completes it. Throws FatalError, and what the places throw.
#pragma once

#include <memory>
#include <string>

#include "storage/moving/ledger_copy.hpp"
#include "storage/moving/storage_report.hpp"

namespace tenantscope {

// Nobody else writes to it as long as this lives, or mark_moved() fails.
class LedgerSource {
 public:
  virtual ~LedgerSource() = default;

  virtual std::string name() const = 0;  // for people, and no other place's
  virtual std::string moved_to() = 0;    // the place's name; empty: it wasn't
  virtual StorageReport check() = 0;
  virtual LedgerReader& rows() = 0;
  virtual void mark_moved(const std::string& to) = 0;
};

class LedgerTarget {
 public:
  virtual ~LedgerTarget() = default;

  virtual std::string name() const = 0;
  // A move to it was begun and not completed.
  virtual bool incomplete() = 0;
  // What takes the rows; refuses where it has any of its own. What an incomplete move has left
  // goes.
  virtual LedgerWriter& begin(const std::string& from) = 0;
  // What is there now, which stays from now on, and is for no daemon until open().
  virtual std::unique_ptr<LedgerReader> read_back() = 0;
  virtual void open() = 0;
};

// `after_step` is for tests. REQUIRES: the places are different ones.
LedgerSum move_ledger(LedgerSource& from, LedgerTarget& to, const CopyStep& after_step);

// Throws where what was read back isn't what was sent.
void prove_same(const LedgerSum& sent, const LedgerSum& back, const std::string& where);

}  // namespace tenantscope
