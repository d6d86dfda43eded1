#include "storage/sqlite_pages.hpp"

namespace tenantscope::sqlite {

void prove_readable(Connection& connection, const std::string& table) {
  Statement check(connection, "PRAGMA quick_check('" + table + "')");
  for (Rows findings = check(); findings.next();)
    if (const std::string finding = findings.text(0); finding.starts_with("***"))  // not of a row
      findings.fail("its pages contradict themselves: " + finding.substr(finding.find('\n') + 1));
}

}  // namespace tenantscope::sqlite
