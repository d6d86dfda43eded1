#include "formats/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "base/text/html.hpp"
#include "domain/environment.hpp"
#include "version.hpp"

namespace tenantscope {
namespace {

bool unmet(const Watch& watch, const Finding* known, RuleSet rules) {
  const TenantSettings& settings = *watch.settings;
  return b2b_met(settings.expect, known, rules) == false ||
         region_scope_met(settings.expect, known) == false ||
         pin_met(settings.tenant_id, watch.state) == false;
}

// Whole seconds, and no more of them than matter.
std::string rough(Duration duration) {
  if (duration < std::chrono::hours(1))
    return to_string(Duration(std::chrono::floor<std::chrono::seconds>(duration)));
  return to_string(Duration(std::chrono::floor<std::chrono::minutes>(duration)));
}

std::string time_html(const std::optional<WallTime>& time, WallTime now) {
  if (!time)
    return "never";
  const std::string text = rfc3339(*time);
  const Duration ago = std::max(now - *time, Duration::zero());
  return fmt::format("<time datetime=\"{}\">{} {} UTC</time> <small>{} ago</small>", text,
                     text.substr(0, 10), text.substr(11, 8), rough(ago));
}

std::string_view tone(std::string_view state) {
  if (state == "supported")
    return "good";
  if (state == "not_supported")
    return "bad";
  return "mind";
}

std::string state_html(std::string_view state) {
  return fmt::format("<span class=\"state {}\">{}</span>", tone(state), state);
}

std::string cell(std::string_view label, std::string_view content) {
  return fmt::format("<td data-label=\"{}\">{}</td>\n", label, content);
}

std::string text_cell(std::string_view label, std::string_view text, std::string_view otherwise) {
  return cell(label, text.empty() ? fmt::format("<span class=\"soft\">{}</span>", otherwise)
                                  : "<bdi>" + html(text) + "</bdi>");
}

std::string small_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += "<small>" + html(line) + "</small>";
  return text;
}

std::string scope_cell(std::string_view label, const std::optional<Finding>& finding,
                       Word Finding::*scope) {
  if (!finding)
    return cell(label, "<span class=\"soft\">not known yet</span>");
  if (!finding->found)
    return cell(label, "<span class=\"soft\">no such tenant</span>");
  return text_cell(label, *finding.*scope, "none");
}

std::string environment_cell(const Finding* known) {
  const Environment environment = environment_of(known);
  return text_cell("Environment", environment == Environment::unknown ? "" : title(environment),
                   "unknown");
}

std::string last_change_html(const Watch& watch, WallTime now) {
  std::optional<WallTime> last;
  for (const auto& changed : watch.state.last_change)
    last = std::max(last, changed);
  std::vector<std::string_view> fields;
  for (const Field field : change_fields)
    if (last && watch.state.last_change[std::size_t(field)] == last)
      fields.push_back(to_string(field));
  return last ? fmt::format("{}<small>{}</small>", time_html(last, now), fmt::join(fields, ", "))
              : "none seen";
}

std::string condition_html(const Watch& watch, const Finding* known, RuleSet rules, WallTime now) {
  std::string text;
  if (const auto& failure = watch.status.failure)
    text += fmt::format("<span class=\"state bad\">failing</span><small>{}: <bdi>{}</bdi></small>",
                        to_string(*failure), html(watch.status.failure_detail));
  for (const Rare<Pending>* pending : {&watch.state.pending, &watch.state.pin_pending})
    if (*pending)
      text += fmt::format(
          "<span class=\"state mind\">change pending</span><small>seen {} of {} times</small>",
          (*pending)->sightings, watch.settings->probe.confirmations);
  if (stale(watch, now))
    text +=
        fmt::format("<span class=\"state mind\">stale</span><small>nothing heard for {}</small>",
                    to_string(watch.settings->probe.stale_after));
  if (unmet(watch, known, rules))
    text += "<span class=\"state mind\">not as expected</span>";
  if (text.empty())
    text = watch.status.probed ? "fine" : "<span class=\"soft\">not asked yet</span>";
  return text;
}

std::string tenant_row(const Watch& watch, RuleSet rules, WallTime now) {
  const TenantKey& key = watch.settings->key;
  const auto finding = watch.state.confirmed();
  const Finding* known = finding ? &*finding : nullptr;
  Verdict verdict = judge(known, rules);
  if (auto limit = pin_limit(watch.settings->tenant_id, watch.state))
    verdict.limits.push_back(std::move(*limit));
  std::string row = fmt::format(
      "<tr><th scope=\"row\"><a href=\"api/v1/tenants/{}?cloud={}\">{}</a><small>asked in "
      "{}</small>",
      percent_encoded(key.name), percent_encoded(key.asked), html(key.name), html(key.asked));
  for (const auto& [name, value] : watch.settings->labels)
    row += fmt::format("<small>{}: <bdi>{}</bdi></small>", html(name), html(value));
  row += "</th>\n";
  row += cell("B2B", fmt::format("{}<p>{}</p>{}<small>Rule {} of {}. {}</small>",
                                 state_html(to_string(verdict.state)), html(verdict.explanation),
                                 small_lines(verdict.limits), html(verdict.rule), to_string(rules),
                                 html(verdict.source)));
  row += environment_cell(known);
  row += scope_cell("Region scope", finding, &Finding::region_scope);
  row += scope_cell("Sub scope", finding, &Finding::sub_scope);
  row += text_cell("Cloud", finding && finding->found ? finding->cloud : "",
                   finding && finding->found ? "unrecognised" : "-");
  row += cell("Last success", time_html(watch.state.last_success, now));
  row += cell("Last change", last_change_html(watch, now));
  return row + cell("Condition", condition_html(watch, known, rules, now)) + "</tr>\n";
}

std::string pair_row(const PagePair& pair) {
  const PairVerdict& verdict = pair.verdict;
  std::string row =
      fmt::format("<tr><th scope=\"row\"><bdi>{}</bdi></th>\n", html(pair.collaboration));
  row += cell("Host", html(pair.host)) + cell("Guest", html(pair.guest));
  row += cell("Can invite",
              fmt::format("{}<p>{}</p>{}<small>Rule {} of {}.</small>{}",
                          state_html(to_string(verdict.capability)), html(verdict.explanation),
                          small_lines(verdict.limits), html(verdict.rule), to_string(verdict.rules),
                          small_lines(verdict.sources)));
  std::string advice;
  for (const std::string& line : verdict.advice)
    advice += "<li>" + html(line) + "</li>";
  if (!advice.empty())
    advice = "<ul class=\"plain\">" + advice + "</ul>";
  if (pair.failure)
    advice +=
        fmt::format("<span class=\"state mind\">nothing newer is known</span><small>{}</small>",
                    to_string(*pair.failure));
  return row + cell("Instead", advice.empty() ? "-" : advice) + "</tr>\n";
}

// The page's own address with another offset.
std::string address(const Page& page, std::size_t offset) {
  return html(
      fmt::format("?q={}&state={}&offset={}", percent_encoded(page.query), page.filter, offset));
}

std::string pages_html(const Page& page) {
  std::string links;
  if (page.offset > 0)
    links += fmt::format("<li><a href=\"{}\" rel=\"prev\">Earlier ones</a></li>",
                         address(page, page.offset > page_length ? page.offset - page_length : 0));
  if (page.offset + page.tenants.size() < page.matching && !page.tenants.empty())
    links += fmt::format("<li><a href=\"{}\" rel=\"next\">More</a></li>",
                         address(page, page.offset + page_length));
  return links.empty() ? "" : "<nav aria-label=\"Pages\"><ul>" + links + "</ul></nav>\n";
}

std::string counts_html(const Page& page) {
  std::string text =
      fmt::format("<ul class=\"counts\">\n<li><a href=\"./\">{} watched</a></li>\n", page.watched);
  for (std::size_t i = 0; i < page_filters.size(); ++i)
    text += fmt::format("<li><a href=\"?state={}\"><span class=\"{}\">{}</span> {}</a></li>\n",
                        page_filters[i], i < 3 ? tone(page_filters[i]) : "soft", page.counts[i],
                        page_filters[i]);
  return text + "</ul>\n";
}

std::string form_html(const Page& page) {
  std::string options = "<option value=\"\">all</option>";
  for (const std::string_view filter : page_filters)
    options += fmt::format("<option value=\"{0}\"{1}>{0}</option>", filter,
                           filter == page.filter ? " selected" : "");
  return fmt::format(
      "<form method=\"get\" role=\"search\">\n<label for=\"q\">Name has</label> <input id=\"q\" "
      "name=\"q\" type=\"search\" value=\"{}\">\n"
      "<label for=\"state\">State</label> <select id=\"state\" "
      "name=\"state\">{}</select>\n<button>Show</button>\n</form>\n",
      html(page.query), options);
}

std::string tenants_html(const Page& page) {
  std::string text = "<section aria-labelledby=\"tenants\">\n<h2 id=\"tenants\">Tenants</h2>\n" +
                     counts_html(page) + form_html(page);
  if (page.tenants.empty())
    return text +
           fmt::format("<p>{}</p>\n", page.watched == 0 ? "None is configured." : "None fits.") +
           pages_html(page) + "</section>\n";
  text += fmt::format(
      "<table>\n<caption>{} to {} of {}</caption>\n<thead><tr><th scope=\"col\">Tenant</th><th "
      "scope=\"col\" class=\"wide\">B2B "
      "collaboration</th>",
      page.offset + 1, page.offset + page.tenants.size(), page.matching);
  for (const std::string_view column : {"Environment", "Region scope", "Sub scope", "Cloud",
                                        "Last success", "Last change", "Condition"})
    text += fmt::format("<th scope=\"col\">{}</th>", column);
  text += "</tr></thead>\n<tbody>\n";
  for (const Watch* watch : page.tenants)
    text += tenant_row(*watch, page.rules, page.now);
  return text + "</tbody>\n</table>\n" + pages_html(page) + "</section>\n";
}

std::string pairs_html(const Page& page) {
  if (page.declared_pairs == 0)
    return {};
  std::string text =
      "<section aria-labelledby=\"pairs\">\n<h2 id=\"pairs\">Declared pairs: can the host invite "
      "the guest?</h2>\n";
  if (page.pairs.empty())
    return text + "<p>None fits.</p>\n</section>\n";
  text += fmt::format(
      "<table>\n<caption>1 to {} of {}</caption>\n<thead><tr><th "
      "scope=\"col\">Collaboration</th><th scope=\"col\">Host</th>",
      page.pairs.size(), page.matching_pairs);
  text +=
      "<th scope=\"col\">Guest</th><th scope=\"col\" class=\"wide\">Can invite</th><th "
      "scope=\"col\">What to do "
      "instead</th></tr></thead>\n<tbody>\n";
  for (const PagePair& pair : page.pairs)
    text += pair_row(pair);
  text += "</tbody>\n</table>\n";
  if (page.pairs.size() < page.matching_pairs)
    text += "<p>The others: <a href=\"api/v1/collaborations\">api/v1/collaborations</a></p>\n";
  return text + "</section>\n";
}

std::string header_html(const Page& page) {
  std::string text = fmt::format(
      "<header>\n<h1>tenantscope</h1>\n<p class=\"soft\">Version {} ({}), {}rules {}, as of "
      "{} UTC</p>\n",
      html(TENANTSCOPE_VERSION), html(TENANTSCOPE_REVISION),
      page.started ? fmt::format("up {}, ", rough(page.now - *page.started)) : "",
      to_string(page.rules), rfc3339(page.now).substr(0, 19));
  text += "<nav aria-label=\"Elsewhere\"><ul>\n";
  for (const auto& [path, name] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"metrics", "Metrics"},
           {"api/v1/tenants", "Tenants"},
           {"api/v1/collaborations", "Pairs"},
           {"api/v1/events", "Events"},
           {"api/v1/openapi.json", "API"},
           {"config", "Configuration"},
           {"-/healthy", "Health"},
           {"-/ready", "Readiness"}})
    text += fmt::format("<li><a href=\"{}\">{}</a></li>\n", path, name);
  return text + "</ul></nav>\n</header>\n";
}

}  // namespace

PageMarks page_marks(const Watch& watch, RuleSet rules, WallTime now) {
  const auto finding = watch.state.confirmed();
  const Finding* known = finding ? &*finding : nullptr;
  const B2b state = capability(known, rules);
  return {
      state == B2b::supported,          state == B2b::not_supported,       state == B2b::unknown,
      watch.status.failure.has_value(), watch.state.awaits_confirmation(), stale(watch, now),
      unmet(watch, known, rules)};
}

std::string page_html(const Page& page) {
  std::string text =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n";
  text +=
      fmt::format("<title>tenantscope: {} tenants</title>\n<style>{}</style>\n</head>\n<body>\n",
                  page.watched, page_style());
  text += header_html(page) + "<main>\n" + tenants_html(page) + pairs_html(page) + "</main>\n";
  return text +
         "<footer><p class=\"soft\">Supported doesn't mean allowed: both tenants' cross-tenant "
         "access settings decide, and they can't be "
         "seen from outside. " +
         html(environment_limit) + "</p></footer>\n</body>\n</html>\n";
}

}  // namespace tenantscope
