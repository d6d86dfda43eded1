// Copies a ledger row by row, in batches: what is in memory doesn't grow with it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "storage/moving/ledger_rows.hpp"

namespace tenantscope {

// What was read of a ledger. Two of the same sum have the same rows.
struct LedgerSum {
  std::uint64_t events = 0, tenants = 0, owed = 0, alerts = 0;
  std::uint64_t last = 0;  // the largest sequence ever given
  std::string journal;  // the SHA-256 of all events' bytes, each with a newline behind it, in hex
  std::string rows;     // of all columns of all rows, and of what the ledger says of itself

  bool operator==(const LedgerSum&) const = default;
};

// Called after each batch, and between the steps of a move. What it throws ends that.
using CopyStep = std::function<void()>;

// What is read goes into `to` as well, where there is one, and the facts end it.
LedgerSum copy_rows(LedgerReader& from, LedgerWriter* to, const CopyStep& after_step);

}  // namespace tenantscope
