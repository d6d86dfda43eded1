// A tenant as the overview has it: a line, and the sentences that say why somebody should look at
// it. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "domain/environment.hpp"
#include "domain/watch.hpp"
#include "formats/page/tenant_marks.hpp"

namespace tenantscope {

struct TenantLine {
  TenantKey key;
  Environment environment = Environment::unknown;
  B2b b2b = B2b::unknown;
  std::string scope;         // in words where there is none
  bool scope_shown = false;  // it is the document's own
  std::optional<WallTime> changed;
  std::string changed_fields;  // those that changed last
  std::optional<WallTime> answered;
  TenantMarks marks;
  bool probed = false;
  bool asked_elsewhere = false;    // by another daemon
  std::string failure;             // the reason; "": it doesn't fail
  std::vector<std::string> looks;  // sentences without their full stop; none: nothing is the matter
};

TenantLine tenant_line(const Watch& watch, RuleSet rules, WallTime now);

// Of a tenant that is shown: the latest of its changes.
std::optional<WallTime> last_change(const TenantState& state);

// The region scope and the sub scope as one text, "USGov · DODCON"; where there is none, what is
// said in its place.
std::string scope_words(const Finding* known);

// {href, name, asked, elsewhere, environment, b2b, scope, scope_shown, changed, changed_fields,
// answered, unanswered, conditions, looks}: `elsewhere` where it isn't asked in the global cloud;
// `unanswered` is said in the place of a time; conditions are {word, tone}.
boost::json::object tenant_line_fields(const TenantLine& line, WallTime now);

}  // namespace tenantscope
