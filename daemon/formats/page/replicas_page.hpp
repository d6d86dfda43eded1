// Who shares the ledger as a page: who is active, and how far the others follow. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "domain/replica.hpp"
#include "formats/page/page_frame.hpp"

namespace tenantscope {

struct ReplicasPage {
  std::string self;  // the name of the one that shows it
  Duration lease;
  std::optional<Replicas> replicas;  // nothing: the ledger hasn't answered for a lease
};

// The title and the icon follow from what there is, and from what is wrong with the daemon.
std::string replicas_html(const ReplicasPage& page, PageFrame frame);

boost::json::object replicas_page_fields(const ReplicasPage& page);

}  // namespace tenantscope
