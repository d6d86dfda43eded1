// What every page for people needs: its frame, made of the daemon's condition, and the headers of
// its answer. Throws RefusedRequest.
#pragma once

#include <optional>
#include <string>

#include "app/liveness.hpp"
#include "app/pairs.hpp"
#include "app/replica/fleet.hpp"
#include "app/replica/standing_by.hpp"
#include "app/table.hpp"
#include "formats/page/page_frame.hpp"
#include "metrics/instruments.hpp"
#include "web/server.hpp"

namespace tenantscope {

struct PageSources {
  const Table& table;
  const Instruments& instruments;
  const Liveness& liveness;
  bool joining = false;                        // the storage isn't open yet
  std::optional<StandingBy> standing_by = {};  // and that is why
  const Fleet* fleet = nullptr;                // of a ledger that is shared
  bool suspended = false;                      // and can't be reached: the table has no tenants
};

// What is wrong with the daemon, the rules in force and the time; ?refresh= of the request.
PageFrame begin_page(const PageSources& sources, const WebRequest& request);

// Of the page that explains it, relative to the root.
std::string address_of(const DeclaredPair& pair);

WebResponse page_answer(std::string html, unsigned status = 200);

}  // namespace tenantscope
