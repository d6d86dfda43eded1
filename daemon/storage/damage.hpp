// What a store says of rows that aren't as they were written: they are believed in nothing. Called
// on whatever thread uses the store; the same row may be told of again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace tenantscope {

struct DamageObserver {
  // `row` for people: "event 42", "tenant contoso.example@global".
  std::function<void(const std::string& row)> damaged = [](const std::string&) {};
  // These events of the sink's outbox will never be delivered.
  std::function<void(const std::string& sink, std::uint64_t events)> dropped =
      [](const std::string&, std::uint64_t) {};
  // The store was open when it was copied or left, and isn't whole: its last changes may be
  // missing.
  std::function<void()> log_missing = [] {};
};

}  // namespace tenantscope
