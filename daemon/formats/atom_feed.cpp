#include "formats/atom_feed.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "base/text/html.hpp"
#include "formats/event_text.hpp"
#include "formats/json_members.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::string_view before_all_events = "1970-01-01T00:00:00.000Z";

// As in HTML, but for the two characters that UTF-8 may have and XML may not.
std::string xml(std::string_view text) {
  std::string escaped = html(text);
  for (const std::string_view refused : {"\uFFFE", "\uFFFF"})
    for (auto at = escaped.find(refused); at != std::string::npos; at = escaped.find(refused, at))
      escaped.replace(at, refused.size(), "\uFFFD");
  return escaped;
}

class FeedWriter {
 public:
  explicit FeedWriter(const AtomFeed& feed) : feed_(feed) {}

  void head(std::string_view updated) {
    text_ =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n";
    element("id", "urn:uuid:" + to_string(feed_.id));
    element("title", feed_.title);
    element("updated", updated);
    text_ += "<author><name>tenantscope</name></author>\n";
    link("self", "events.atom" + feed_.query);
    link("alternate", "events" + feed_.query);
  }

  void entry(const json::object& event) {
    const json::object& data = object_at(event, "data");
    const std::string_view severity = text_at(data, "severity");
    text_ += "<entry>\n";
    element("id", fmt::format("urn:uuid:{}", text_at(event, "id")));
    element("title", event_sentence(event));
    element("updated", text_at(event, "time"));
    link("alternate", page_of(event, data));
    category(text_at(event, "type"));
    if (!severity.empty())
      category(severity);
    element("summary", fmt::format("{}{}{}", severity, severity.empty() ? "" : ". ",
                                   text_at(object_at(data, "verdict"), "explanation")));
    text_ += "</entry>\n";
  }

  std::string end() && { return std::move(text_) + "</feed>\n"; }

 private:
  // "#event-28" of the sequence "00000000000000000028".
  static std::string anchor_of(const json::object& event) {
    const std::string_view sequence = text_at(event, "sequence");
    const auto digits = sequence.find_first_not_of('0');
    return digits == sequence.npos ? "" : fmt::format("#event-{}", sequence.substr(digits));
  }

  // Of its tenant. What the ledger says of itself is of none.
  static std::string page_of(const json::object& event, const json::object& data) {
    const std::string_view tenant = text_at(data, "tenant");
    return tenant.empty() ? "events"
                          : fmt::format("tenants/{}?cloud={}{}", percent_encoded(tenant),
                                        percent_encoded(text_at(data, "asked")), anchor_of(event));
  }

  void element(std::string_view name, std::string_view content) {
    text_ += fmt::format("<{0}>{1}</{0}>\n", name, xml(content));
  }
  void link(std::string_view relation, std::string_view path) {
    text_ += fmt::format("<link rel=\"{}\" href=\"{}\"/>\n", relation,
                         xml(fmt::format("{}{}{}", feed_.external_url,
                                         feed_.external_url.empty() ? "" : "/", path)));
  }
  void category(std::string_view term) {
    text_ += fmt::format("<category term=\"{}\"/>\n", xml(term));
  }

  const AtomFeed& feed_;
  std::string text_;
};

}  // namespace

std::string atom_feed(const AtomFeed& feed, std::span<const std::string> events) {
  std::vector<json::value> parsed;
  std::string_view updated = before_all_events;
  for (const std::string& event : events) {
    boost::system::error_code broken;
    if (json::value value = json::parse(event, broken); !broken)
      parsed.push_back(std::move(value));
  }
  for (const json::value& event : parsed)
    updated = std::max(updated, text_at(object_of(&event), "time"));
  FeedWriter writer(feed);
  writer.head(updated);
  for (const json::value& event : parsed)
    writer.entry(object_of(&event));
  return std::move(writer).end();
}

}  // namespace tenantscope
