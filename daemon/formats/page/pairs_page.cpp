#include "formats/page/pairs_page.hpp"

#include <array>
#include <boost/json/array.hpp>

#include <fmt/format.h>

namespace tenantscope {
namespace {

namespace json = boost::json;

using CapabilityNumbers = std::array<std::size_t, pair_capabilities.size()>;

CapabilityNumbers numbers_of(const PairMatrix& matrix) {
  CapabilityNumbers numbers{};
  for (const std::vector<PairCell>& row : matrix.cells)
    for (const PairCell& cell : row)
      if (cell.capability)
        ++numbers[std::size_t(*cell.capability)];
  return numbers;
}

json::array names_fields(const std::vector<std::string>& names) {
  json::array list;
  for (const std::string& name : names)
    list.push_back(json::object{{"name", name}});
  return list;
}

json::object cell_fields(const PairCell& cell, std::string_view guest) {
  return {{"guest", guest},
          {"judged", cell.capability.has_value()},
          {"capability", state_fields(cell.capability ? to_string(*cell.capability) : "")},
          {"href", cell.address}};
}

json::array rows_fields(const PairMatrix& matrix) {
  json::array rows;
  for (std::size_t i = 0; i < matrix.hosts.size(); ++i) {
    json::array cells;
    for (std::size_t j = 0; j < matrix.guests.size(); ++j)
      cells.push_back(cell_fields(matrix.cells[i][j], matrix.guests[j]));
    rows.push_back(json::object{{"host", matrix.hosts[i]}, {"cells", std::move(cells)}});
  }
  return rows;
}

json::array numbers_fields(const PairMatrix& matrix) {
  const CapabilityNumbers numbers = numbers_of(matrix);
  json::array list;
  for (const PairCapability capability : pair_capabilities)
    if (const std::size_t count = numbers[std::size_t(capability)]; count > 0)
      list.push_back(
          json::object{{"count", count}, {"capability", state_fields(to_string(capability))}});
  return list;
}

json::object matrix_fields(const PairMatrix& matrix, std::size_t number) {
  return {{"collaboration", matrix.collaboration},
          {"anchor", fmt::format("collaboration-{}", number)},
          {"cross_cloud", to_string(matrix.cross_cloud)},
          {"numbers", numbers_fields(matrix)},
          {"guests", names_fields(matrix.guests)},
          {"rows", rows_fields(matrix)},
          {"cut", matrix.more_hosts + matrix.more_guests > 0},
          {"more_hosts", matrix.more_hosts},
          {"more_guests", matrix.more_guests}};
}

json::value offset_href(std::size_t offset, bool there) {
  return there ? json::value(fmt::format("pairs?offset={}", offset)) : nullptr;
}

}  // namespace

json::object pairs_page_fields(const PairsPage& pairs) {
  json::array matrices;
  for (const PairMatrix& matrix : pairs.matrices)
    matrices.push_back(matrix_fields(matrix, pairs.offset + matrices.size() + 1));
  const std::size_t end = pairs.offset + pairs.matrices.size();
  const bool earlier = pairs.offset > 0, later = end < pairs.collaborations;
  return {{"collaborations", pairs.collaborations},
          {"none", pairs.collaborations == 0},
          {"matrices", std::move(matrices)},
          {"parts", earlier || later},
          {"first_href", offset_href(0, earlier)},
          {"next_href", offset_href(end, later && !pairs.matrices.empty())}};
}

std::string pairs_html(const PairsPage& pairs, PageFrame frame) {
  std::size_t impossible = 0;
  for (const PairMatrix& matrix : pairs.matrices)
    impossible += numbers_of(matrix)[std::size_t(PairCapability::not_supported)];
  frame.page = PageTemplate::pairs;
  frame.title = impossible > 0 ? fmt::format("Pairs, {} not supported", impossible) : "Pairs";
  frame.tone = impossible > 0 ? Tone::mind : Tone::good;
  return page_html(frame, pairs_page_fields(pairs));
}

}  // namespace tenantscope
