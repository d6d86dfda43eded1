#include "formats/page/page_frame.hpp"

#include <boost/json/array.hpp>

#include "formats/template/html_template.hpp"
#include "version.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

// What to do about a problem, and the page of the daemon that has more of it.
struct Remedy {
  std::string_view part;
  std::string_view todo;
  std::string_view path = {};  // relative to the root; empty: there is none
};

constexpr Remedy remedies[]{
    {"authority",
     "Look at the network, proxy and name server between here and its login host: the tenants' "
     "failures say what was seen.",
     "?state=failing"},
    {"configuration",
     "`tenantscope config check FILE` and the log say what was refused; mend that, then reload.",
     "config"},
    {"log", "Whoever reads standard error is too slow: what was dropped is told nowhere else."},
    {"replica", "", "replicas"},
    {"sink",
     "See whether its receiver can be reached and takes events: the log says what it answers. "
     "What waits is brought by itself then; `tenantscope events redeliver` brings what was "
     "dropped."},
    {"storage",
     "Look at the disk: is it full or read-only? The log says what fails; `tenantscope storage "
     "check` says what is damaged."},
    {"tenants", "What is shown of them is what was known before.", "?state=stale"},
    {"thread", "Restart the daemon: a part of it stands still."},
};

constexpr Remedy remedy_of_shared_storage{
    "storage",
    "Look at the servers of `storage.postgresql`: does one of them answer, and take what is "
    "written? The log says what fails.",
    "replicas"};

const Remedy& remedy_of(std::string_view part, bool shared) {
  static constexpr Remedy none{};
  if (shared && part == remedy_of_shared_storage.part)
    return remedy_of_shared_storage;
  for (const Remedy& remedy : remedies)
    if (remedy.part == part)
      return remedy;
  return none;
}

json::array problems_fields(const PageFrame& frame) {
  json::array list;
  for (const PageProblem& problem : frame.problems) {
    const Remedy& remedy = remedy_of(problem.part, frame.shared);
    list.push_back(json::object{{"part", problem.part},
                                {"name", problem.name},
                                {"text", problem.text},
                                {"todo", remedy.todo},
                                {"path", remedy.path}});
  }
  return list;
}

json::object here_fields(PageTemplate page) {
  json::object here;
  here["overview"] = page == PageTemplate::overview;
  here["pairs"] = page == PageTemplate::pairs;
  here["explain"] = page == PageTemplate::explain;
  here["events"] = page == PageTemplate::events;
  here["replicas"] = page == PageTemplate::replicas;
  return here;
}

json::value up_fields(const PageFrame& frame) {
  return frame.start ? json::value(short_age(frame.now - *frame.start)) : nullptr;
}

}  // namespace

json::object page_fields(const PageFrame& frame, json::object fields) {
  fields["title"] = frame.title;
  fields["icon"] = json::object{{"tone", tone_fields(frame.tone)}, {"badge", frame.badge}};
  fields["root"] = frame.below_root ? "../" : "./";
  fields["refresh"] = frame.refresh ? json::value(*frame.refresh) : nullptr;
  fields["as_of"] = time_fields(frame.now, frame.now);
  fields["up"] = up_fields(frame);
  fields["rules"] = to_string(frame.rules);
  fields["version"] = TENANTSCOPE_VERSION;
  fields["revision"] = TENANTSCOPE_REVISION;
  fields["shared"] = frame.shared;
  fields["here"] = here_fields(frame.page);
  fields["troubled"] = !frame.problems.empty();
  fields["problems"] = problems_fields(frame);
  return fields;
}

std::string page_html(const PageFrame& frame, json::object fields) {
  return render_html(text_of(frame.page), page_fields(frame, std::move(fields)));
}

}  // namespace tenantscope
