// The declared pairs: for each collaboration a matrix of who can invite whom. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "domain/collaboration.hpp"
#include "formats/page/page_frame.hpp"

namespace tenantscope {

// Nobody is a pair with himself: no capability.
struct PairCell {
  std::optional<PairCapability> capability;
  std::string address;  // of its explanation
};

struct PairMatrix {
  static constexpr std::size_t most_hosts = 50;
  static constexpr std::size_t most_guests = 50;

  std::string collaboration;
  CrossCloud cross_cloud = CrossCloud::unset;
  std::vector<std::string> hosts;            // as the configuration names them
  std::vector<std::string> guests;           // likewise
  std::vector<std::vector<PairCell>> cells;  // a row for each host, a cell for each guest
  std::size_t more_hosts = 0;                // that aren't shown
  std::size_t more_guests = 0;
};

struct PairsPage {
  static constexpr std::size_t most_cells = 5000;  // beyond them no other collaboration is begun

  std::size_t collaborations = 0;  // that are declared
  std::size_t offset = 0;          // of the first that is shown
  std::vector<PairMatrix> matrices;
};

std::string pairs_html(const PairsPage& pairs, PageFrame frame);

boost::json::object pairs_page_fields(const PairsPage& pairs);

}  // namespace tenantscope
