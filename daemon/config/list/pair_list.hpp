// Pairs out of a list with two columns: who invites, and who is invited. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/list/name_list.hpp"

namespace tenantscope {

struct ListedPair {
  int line = 1;  // where its record begins, from 1
  std::string host;
  std::string guest;  // as it is written: a tenant, or one of the identities
};

struct PairList {
  std::vector<ListedPair> pairs;
  std::vector<ListFinding> findings;  // records without two names; most_findings at most
};

// The first record is a header where nothing in it is a name. Error: it is no list.
Result<PairList> read_pair_list(std::string bytes);

}  // namespace tenantscope
