#include "domain/environment.hpp"

#include <string>

namespace tenantscope {
namespace {

struct Row {
  std::string_view key;
  std::string_view title;
  std::string_view sentence;
};

// In the order of the enumeration.
constexpr std::array<Row, environments.size()> rows{{
    {"commercial", "Commercial", "Microsoft's worldwide cloud, for everybody."},
    {"gcc", "GCC",
     "Microsoft 365 GCC, for US state, local and federal agencies; its directories live in the "
     "worldwide cloud."},
    {"gcc_high", "GCC High",
     "Microsoft 365 GCC High, for US agencies and contractors, in Azure US Government."},
    {"dod", "DoD", "Microsoft 365 DoD, for the US Department of Defense, in Azure US Government."},
    {"azure_government", "Azure Government",
     "Azure US Government, without a sub scope of Microsoft 365."},
    {"china", "21Vianet (China)", "The cloud operated by 21Vianet in China."},
    {"germany", "Germany", "Microsoft Cloud Germany, closed on 2021-10-29."},
    {"bleu", "Bleu", "The sovereign cloud operated by Bleu in France."},
    {"delos", "Delos", "The sovereign cloud operated by Delos in Germany."},
    {"govsg", "GovSG", "The sovereign cloud of Singapore's government."},
    {"usnat", "USNat", "An air-gapped cloud of the US government (usnat)."},
    {"ussec", "USSec", "An air-gapped cloud of the US government (ussec)."},
    {"unknown", "unknown", "Its hosts, region scope or sub scope are none that is known here."},
}};

const Row& row_of(Environment environment) { return rows[std::size_t(environment)]; }

Environment of_global(std::string_view scope, std::string_view sub_scope) {
  if (sub_scope == "gcc")
    return Environment::gcc;
  return sub_scope.empty() && !scope.empty() ? Environment::commercial : Environment::unknown;
}

Environment of_usgov(std::string_view sub_scope) {
  if (sub_scope == "dodcon")
    return Environment::gcc_high;
  if (sub_scope == "dod")
    return Environment::dod;
  return sub_scope.empty() ? Environment::azure_government : Environment::unknown;
}

}  // namespace

Environment environment_of(const Finding* finding) {
  if (!finding || !finding->found)
    return Environment::unknown;
  const std::string scope = normalized(finding->region_scope);
  const std::string sub_scope = normalized(finding->sub_scope);
  if (scope == "usgov" || scope == "usg" || finding->cloud == "usgov")
    return of_usgov(sub_scope);
  if (finding->cloud == "global")
    return of_global(scope, sub_scope);
  for (const Environment sovereign :
       {Environment::china, Environment::germany, Environment::bleu, Environment::delos,
        Environment::govsg, Environment::usnat, Environment::ussec})
    if (finding->cloud == to_string(sovereign))
      return sovereign;
  return Environment::unknown;
}

std::string_view to_string(Environment environment) { return row_of(environment).key; }
std::string_view title(Environment environment) { return row_of(environment).title; }
std::string_view sentence(Environment environment) { return row_of(environment).sentence; }

std::string_view why_silent(std::string_view cloud) {
  for (const Environment silent : {Environment::germany, Environment::usnat, Environment::ussec})
    if (cloud == to_string(silent))
      return sentence(silent);
  return {};
}

}  // namespace tenantscope
