// Why a daemon isn't the active one of a shared ledger, and which one is: it waits for its turn, or
// the ledger has become too new for its program.
#pragma once

#include <string>

namespace tenantscope {

struct StandingBy {
  std::string active;  // its name; empty: nobody is
  std::string url;     // where people reach it; empty: not known
  bool same_config = true;
  std::string outdated = {};  // why it never gets its turn; empty: it may
  bool knows = false;         // what the ledger has of tenants

  bool operator==(const StandingBy&) const = default;

  std::string standing() const {
    return outdated.empty() ? "stands by" : "is outdated (" + outdated + ")";
  }
  // "`north`, http://north.example"
  std::string whom() const {
    return active.empty() ? "nobody" : "`" + active + "`" + (url.empty() ? "" : ", " + url);
  }
  std::string whom_to_ask() const {
    return active.empty() ? "no replica is active now" : "ask " + whom();
  }
};

// What asks or acts is the active replica's to do.
inline std::string only_active_answers(const StandingBy& standing_by) {
  return "tenantscope " + standing_by.standing() +
         ": only the active replica does this: " + standing_by.whom_to_ask();
}

}  // namespace tenantscope
