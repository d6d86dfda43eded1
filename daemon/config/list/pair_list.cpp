#include "config/list/pair_list.hpp"

#include <algorithm>

#include "base/text/encoding.hpp"
#include "config/findings.hpp"
#include "config/list/list_sample.hpp"

namespace tenantscope {
namespace {

bool names_somebody(std::string_view cell) {
  return cell.starts_with("identity:") || is_tenant(cell);
}

}  // namespace

Result<PairList> read_pair_list(std::string bytes) {
  const Result<std::string> text = decode_text(std::move(bytes));
  if (!text)
    return text.error();
  const ListSample sample = sample_list(*text, {});
  const int header = sample.can_be_header ? sample.first.line : 0;
  DelimitedReader reader(*text, sample.dialect);
  DelimitedRecord record;
  PairList list;
  while (reader.next(record) && list.findings.size() < most_findings &&
         list.pairs.size() < most_listed_names) {
    if (record.line <= sample.after_line || record.line == header || record.hash || record.empty())
      continue;
    if (record.wrong.empty() && record.cells.size() >= 2 && names_somebody(record.cells[0]) &&
        names_somebody(record.cells[1]))
      list.pairs.push_back({record.line, std::string(name_in_cell(record.cells[0])),
                            std::string(name_in_cell(record.cells[1]))});
    else
      list.findings.push_back({record.line, record.wrong.empty()
                                                ? "two names are needed: a host and a guest"
                                                : std::string(record.wrong)});
  }
  return list;
}

}  // namespace tenantscope
