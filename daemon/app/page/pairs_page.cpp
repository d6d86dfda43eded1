#include "app/page/pairs_page.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <variant>
#include <vector>

#include "app/api/answer.hpp"
#include "formats/page/pairs_page.hpp"

namespace tenantscope {
namespace {

bool is_itself(const CollaborationMember& host, const CollaborationGuest& guest) {
  const auto* const member = std::get_if<CollaborationMember>(&guest);
  return member && member->key == host.key;
}

PairMatrix matrix_of(const CollaborationSettings& collaboration) {
  PairMatrix matrix{.collaboration = collaboration.name, .cross_cloud = collaboration.cross_cloud};
  const std::size_t hosts = std::min(collaboration.hosts.size(), PairMatrix::most_hosts);
  const std::size_t guests =
      hosts == 0 ? 0 : std::min(collaboration.guests.size(), PairMatrix::most_guests);
  matrix.more_hosts = collaboration.hosts.size() - hosts;
  matrix.more_guests = collaboration.guests.size() - guests;
  for (std::size_t i = 0; i < hosts; ++i)
    matrix.hosts.push_back(collaboration.hosts[i].shown);
  for (std::size_t j = 0; j < guests; ++j)
    matrix.guests.push_back(
        DeclaredPair{collaboration, collaboration.hosts.front(), collaboration.guests[j]}
            .guest_shown());
  return matrix;
}

// A row at a time under the mutex: at most so many pairs as a matrix has guests.
void judge_row(PairMatrix& matrix, const Table& table, const CollaborationSettings& collaboration,
               std::size_t host) {
  std::vector<PairCell> row;
  row.reserve(matrix.guests.size());
  const std::lock_guard lock(table.mutex);
  for (std::size_t guest = 0; guest < matrix.guests.size(); ++guest) {
    const DeclaredPair pair{collaboration, collaboration.hosts[host], collaboration.guests[guest]};
    if (is_itself(pair.host, pair.guest))
      row.emplace_back();
    else
      row.push_back({.capability = capability_of(table, pair), .address = address_of(pair)});
  }
  matrix.cells.push_back(std::move(row));
}

}  // namespace

WebResponse show_pairs(const PageSources& sources, const WebRequest& request) {
  PageFrame frame = begin_page(sources, request);
  std::vector<CollaborationSettings> collaborations;
  {
    const std::lock_guard lock(sources.table.mutex);
    collaborations = sources.table.collaborations;
  }
  PairsPage page{.collaborations = collaborations.size()};
  page.offset =
      number_parameter<std::size_t>(request, "offset", 0, std::numeric_limits<int>::max());
  std::size_t cells = 0;
  for (std::size_t i = page.offset; i < collaborations.size() && cells < PairsPage::most_cells;
       ++i) {
    PairMatrix matrix = matrix_of(collaborations[i]);
    for (std::size_t host = 0; host < matrix.hosts.size(); ++host)
      judge_row(matrix, sources.table, collaborations[i], host);
    cells += std::max<std::size_t>(1, matrix.hosts.size() * matrix.guests.size());
    page.matrices.push_back(std::move(matrix));
  }
  return page_answer(pairs_html(page, std::move(frame)));
}

}  // namespace tenantscope
