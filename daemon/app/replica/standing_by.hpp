// Another daemon that is the active one of a shared ledger, while this one waits for its turn.
#pragma once

#include <string>

namespace tenantscope {

struct StandingBy {
  std::string active;  // its name
  std::string url;     // where people reach it; empty: not known
  bool same_config = true;
  bool knows = false;  // what the ledger has of tenants

  bool operator==(const StandingBy&) const = default;

  // "`north`, http://north.example"
  std::string whom() const { return "`" + active + "`" + (url.empty() ? "" : ", " + url); }
};

// What asks or acts is the active replica's to do.
inline std::string only_active_answers(const StandingBy& standing_by) {
  return "tenantscope stands by: only the active replica does this: ask " + standing_by.whom();
}

}  // namespace tenantscope
