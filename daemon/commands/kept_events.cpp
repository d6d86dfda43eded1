#include "commands/kept_events.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_event = mib;
constexpr std::size_t most_torn = 100;

class LineReader {
 public:
  LineReader(std::istream& in, std::string name)
      : in_(in), name_(std::move(name)), buffer_(longest_event + 2, '\0') {}

  // Without its end, which may be CR LF. False: there are no more.
  bool next() {
    if (!in_.getline(buffer_.data(), std::streamsize(buffer_.size())) && in_.gcount() == 0)
      return unread();
    ++number_;
    ended_ = !in_.eof();
    std::size_t length = std::size_t(in_.gcount()) - (ended_ && !in_.fail() ? 1 : 0);
    if (in_.fail())
      fail(fmt::format("the line is over {} MiB: no event is so long", longest_event / mib));
    if (length > 0 && buffer_[length - 1] == '\r')
      --length;
    line_ = std::string_view(buffer_).substr(0, length);
    return true;
  }
  std::string_view line() const { return line_; }
  std::string place() const { return fmt::format("{}:{}", name_, number_); }

  [[noreturn]] void fail(const std::string& why) const {
    throw FatalError(exit_failure, fmt::format("{}: {}", place(), why));
  }
  [[noreturn]] void refuse(const Error& error) const {
    if (!ended_)
      fail(fmt::format(
          "the last line is cut off ({}): it is being written now, or wasn't written to its end",
          error.detail));
    fail("not an event of a journal: " + error.detail);
  }

 private:
  bool unread() const {
    if (in_.bad())
      throw FatalError(exit_failure,
                       fmt::format("{}: {}", name_, std::generic_category().message(errno)));
    return false;
  }

  std::istream& in_;
  std::string name_;
  std::string buffer_;
  std::string_view line_;
  std::uint64_t number_ = 0;
  bool ended_ = true;
};

void keep(KeptEvents& kept, ChainLink link) {
  const std::uint64_t sequence = link.head.sequence;
  const auto [there, is_new] = kept.links.try_emplace(sequence, link);
  if (is_new)
    return;
  if (there->second.head.hash == link.head.hash) {
    ++kept.repeats;
    return;
  }
  kept.contradictions.push_back(
      {.sequence = sequence,
       .what = fmt::format("two different events have the number {}", sequence),
       .expected = there->second.head.hash,
       .found = std::move(link.head.hash),
       .cause = "one of them was edited or added, or they are of two journals"});
}

// What `events verify --output=json` said; where that was no head, there is none to keep.
bool keep_report(KeptEvents& kept, std::string_view line) {
  boost::system::error_code broken;
  const json::value value = json::parse(line, broken);
  const json::object* const report = broken ? nullptr : value.if_object();
  if (!report || !report->contains("state") || !report->contains("head"))
    return false;
  const json::value& text = report->at("head");
  const auto head = text.is_string() ? parse_chain_head(text.as_string()) : std::nullopt;
  if (head)
    keep(kept, {.head = *head});
  return head || text.is_null();
}

// Lines that were cut off. A sink ends such a line at its next event, and tells again what it
// wasn't done with: a later line begins with it then.
class TornLines {
 public:
  // Whether it is one: JSON that ends too early, also where the disk had room for more of it.
  bool take(const LineReader& lines) {
    std::string_view begun = lines.line();
    begun = begun.substr(0, begun.find_last_not_of('\0') + 1);
    if (places_.size() == most_torn || !is_begun(begun))
      return false;
    places_.push_back(lines.place());
    waiting_.push_back({lines.place(), std::string(begun)});
    return true;
  }
  void follow_by(std::string_view event) {
    std::erase_if(waiting_, [&](const Torn& torn) { return event.starts_with(torn.begun); });
    for (Torn& torn : waiting_)
      torn.followed = true;
  }
  void tell(KeptEvents& kept) && {
    for (const std::string& place : places_)
      kept.torn.push_back(fmt::format(
          "{}: torn, as where the power failed while it was written: passed over", place));
    for (const Torn& torn : waiting_)
      if (torn.followed)
        kept.contradictions.push_back(
            {.sequence = 0,
             .what = fmt::format("{}: cut off, and no later line is whole", torn.place),
             .expected = "a later line that begins as it does",
             .found = "none, though others follow",
             .cause = "the line was edited, or its event wasn't told again, as where retention "
                      "took it before that"});
  }

 private:
  struct Torn {
    std::string place;
    std::string begun;
    bool followed = false;
  };

  static bool is_begun(std::string_view text) {
    if (text.empty() || text.front() != '{')
      return text.empty();
    boost::system::error_code broken;
    (void)json::parse(text, broken);
    return broken == json::error::incomplete;
  }

  std::vector<std::string> places_;
  std::vector<Torn> waiting_;
};

KeptEvents read(std::istream& in, const std::string& name, HeadLines heads) {
  KeptEvents kept;
  TornLines torn;
  for (LineReader lines(in, name); lines.next();) {
    const std::string_view line = lines.line();
    if (line.empty())
      continue;
    const auto head = heads == HeadLines::are_taken ? parse_chain_head(line) : std::nullopt;
    const Result<json::object> event = head ? json::object() : parse_event(line);
    if (head)
      keep(kept, {.head = *head});
    else if (event)
      keep(kept, chain_link(*event, line));
    else if ((heads == HeadLines::are_refused || !keep_report(kept, line)) && !torn.take(lines))
      lines.refuse(event.error());
    if (event)
      torn.follow_by(line);
  }
  std::move(torn).tell(kept);
  if (kept.links.empty())
    throw FatalError(exit_failure, fmt::format("{}: there is no event in it", name));
  return kept;
}

}  // namespace

std::map<std::uint64_t, std::string> KeptEvents::hashes() const {
  std::map<std::uint64_t, std::string> hashes;
  for (const auto& [sequence, link] : links)
    hashes.emplace_hint(hashes.end(), sequence, link.head.hash);
  return hashes;
}

KeptEvents read_kept_events(const std::string& file, HeadLines heads) {
  if (file == "-")
    return read(std::cin, "standard input", heads);
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw FatalError(exit_failure,
                     fmt::format("{}: {}", file, std::generic_category().message(errno)));
  return read(in, file, heads);
}

}  // namespace tenantscope
