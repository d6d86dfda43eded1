// Another daemon that is the active one of a shared ledger, while this one waits for its turn.
#pragma once

#include <string>

namespace tenantscope {

struct StandingBy {
  std::string active;  // its name
  std::string url;     // where people reach it; empty: not known
  bool same_config = true;

  // "`north`, http://north.example"
  std::string whom() const { return "`" + active + "`" + (url.empty() ? "" : ", " + url); }
};

}  // namespace tenantscope
