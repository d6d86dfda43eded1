#include "formats/journal_chain.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "formats/json_members.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::string_view rewound_type = "tenantscope.ledger.rewound.v1";
constexpr std::size_t hash_length = 64, sequence_length = 20;
constexpr std::size_t most_breaks = 20;

std::optional<std::uint64_t> number_in(std::string_view digits) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [read, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc() && read == end ? std::optional(number) : std::nullopt;
}

std::string shown(const std::string& hash) { return hash.empty() ? "none" : hash; }

std::string shown(const SequenceRange& range) {
  return range.first == range.last ? fmt::format("event {} is", range.first)
                                   : fmt::format("events {} to {} are", range.first, range.last);
}

}  // namespace

std::string to_string(const ChainHead& head) {
  return fmt::format("{}:{}", head.sequence, head.hash);
}

std::optional<ChainHead> parse_chain_head(std::string_view text) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto sequence = number_in(text.substr(0, colon));
  const std::string_view hash = text.substr(std::min(colon + 1, text.size()));
  if (!sequence || hash.size() != hash_length ||
      hash.find_first_not_of("0123456789abcdef") != hash.npos)
    return std::nullopt;
  return ChainHead{.sequence = *sequence, .hash = std::string(hash)};
}

Result<json::object> parse_event(std::string_view text) {
  boost::system::error_code broken;
  json::value value = json::parse(text, broken);
  if (broken)
    return Error{ErrorKind::not_json, "it isn't JSON: " + broken.message()};
  if (!value.is_object())
    return Error{ErrorKind::bad_document, "it isn't a JSON object"};
  json::object& event = value.as_object();
  const std::string_view digits = text_at(event, "sequence");
  if (digits.size() != sequence_length || !number_in(digits))
    return Error{ErrorKind::bad_document, "it has no `sequence` of 20 digits"};
  return std::move(event);
}

ChainLink chain_link(const json::object& event, std::string_view text) {
  return {.head = {.sequence = *number_in(text_at(event, "sequence")), .hash = sha256_hex(text)},
          .previous = std::string(text_at(event, "previoushash")),
          .rewound = text_at(event, "type") == rewound_type};
}

std::string_view to_string(ChainState state) {
  switch (state) {
    case ChainState::intact:
      return "intact";
    case ChainState::broken:
      return "broken";
    case ChainState::rewritten:
      return "rewritten";
    case ChainState::shortened:
      return "shortened";
    case ChainState::gone:
      return "gone";
  }
  return "";
}

JournalChain::JournalChain(Gaps gaps, std::map<std::uint64_t, std::string> kept)
    : gaps_(gaps), kept_(std::move(kept)), kept_count_(kept_.size()) {}

void JournalChain::add_to(std::vector<ChainBreak>& breaks, ChainBreak found) {
  if (breaks.size() < most_breaks)
    breaks.push_back(std::move(found));
  else
    ++report_.more_breaks;
}

void JournalChain::take(const ChainLink& link, std::optional<ChainBreak> own) {
  const bool broken = own.has_value();
  suspect_ = suspect_ || broken;
  if (report_.head)
    follow(*report_.head, link);
  else if (taken_)
    follow(*taken_, link);
  else if (link.head.sequence == 1)
    follow({}, link);
  else
    report_.notes.push_back(
        fmt::format("what came before event {} isn't known here: that it is the one that followed "
                    "can't be proved",
                    link.head.sequence));
  if (own)
    add(std::move(*own));
  look_for(link.head);
  suspect_ = broken;
  chained_ = chained_ || !link.previous.empty();
  if (report_.events++ == 0)
    report_.first = link.head.sequence;
  report_.head = link.head;
}

void JournalChain::follow(const ChainHead& before, const ChainLink& link) {
  const std::uint64_t sequence = link.head.sequence;
  if (sequence <= before.sequence)
    return add({.sequence = sequence,
                .what = fmt::format("event {} stands where there is none any more", sequence),
                .expected = fmt::format("none up to {}, which retention took", before.sequence),
                .found = fmt::format("event {}", sequence),
                .cause = "an event was put back, or what the storage says of its retention was "
                         "changed"});
  if (sequence == before.sequence + 1)
    return compare(before, link);
  const SequenceRange missing{before.sequence + 1, sequence - 1};
  if (link.rewound) {
    given_up_.push_back(missing);
    report_.notes.push_back(fmt::format(
        "the ledger went back before event {}, as it says, as where a backup was restored",
        sequence));
    if (gaps_ == Gaps::are_breaks)
      compare(before, link);
  } else if (gaps_ == Gaps::are_listed) {
    report_.gaps.push_back(missing);
  } else {
    miss(before, link);
  }
}

void JournalChain::compare(const ChainHead& before, const ChainLink& link) {
  const std::uint64_t sequence = link.head.sequence;
  if (suspect_ || link.previous == before.hash)
    return;
  if (link.previous.empty() && !chained_) {  // written before there was a chain
    unchained_ = sequence;
    return;
  }
  if (before.hash.empty() && before.sequence > 0) {
    report_.notes.push_back(fmt::format(
        "the event before event {}, which retention took, was damaged: that this one followed "
        "can't be proved",
        sequence));
    return;
  }
  add({.sequence = sequence,
       .what = before.sequence == 0
                   ? "event 1 was written after another one"
                   : fmt::format("event {} was written after another event {} than this one",
                                 sequence, before.sequence),
       .expected = fmt::format("previoushash {}", shown(before.hash)),
       .found = fmt::format("previoushash {}", shown(link.previous)),
       .cause = before.sequence == 0
                    ? "event 1 was edited, or events were renumbered"
                    : fmt::format("event {} was edited or replaced after event {} was written",
                                  before.sequence, sequence)});
}

// The event after the gap shows whether those in it were there when it was written.
void JournalChain::miss(const ChainHead& before, const ChainLink& link) {
  const SequenceRange missing{before.sequence + 1, link.head.sequence - 1};
  const bool linked = !before.hash.empty() && link.previous == before.hash;
  add({.sequence = missing.first,
       .what = shown(missing) + " missing",
       .expected = fmt::format("event {}", missing.first),
       .found = before.sequence == 0
                    ? fmt::format("event {} comes first", link.head.sequence)
                    : fmt::format("event {} comes after {}", link.head.sequence, before.sequence),
       .cause = linked ? fmt::format("the newest events were removed before event {} was written, "
                                     "or the numbers leapt after damage",
                                     link.head.sequence)
                       : "they were removed, or are too damaged to be read"});
}

void JournalChain::end_at(std::uint64_t last) {
  const std::optional<ChainHead> end = report_.head ? report_.head : taken_;
  if (end && last > end->sequence)
    add({.sequence = end->sequence + 1,
         .what = shown(SequenceRange{end->sequence + 1, last}) + " missing",
         .expected = fmt::format("event {} at the end", last),
         .found = fmt::format("event {} at the end", end->sequence),
         .cause = "the newest events were removed"});
  if (!end && last > 0)
    report_.notes.push_back(
        fmt::format("no event is left of {}, and the storage, which an older version wrote, "
                    "doesn't say whether retention took them",
                    last));
}

// Those that are found, or are others here, aren't looked for any more.
void JournalChain::look_for(const ChainHead& head) {
  const auto kept = kept_.find(head.sequence);
  if (kept == kept_.end())
    return;
  if (kept->second == head.hash) {
    ++report_.contained;
    report_.proved = std::max(report_.proved, head.sequence);
  } else {
    add_to(rewritten_,
           {.sequence = head.sequence,
            .what = fmt::format("event {} isn't the one that was kept", head.sequence),
            .expected = kept->second,
            .found = head.hash,
            .cause = "the journal was written anew from there or from before, it is another one, "
                     "or what was kept isn't as it was written"});
  }
  kept_.erase(kept);
}

bool JournalChain::is_in_gap(std::uint64_t sequence) const {
  const auto gap = std::ranges::lower_bound(report_.gaps, sequence, {}, &SequenceRange::last);
  return gap != report_.gaps.end() && gap->first <= sequence;
}

void JournalChain::judge_kept() {
  if (taken_ && !taken_->hash.empty())
    look_for(*taken_);
  const std::uint64_t last = report_.head ? report_.head->sequence : 0;
  for (const auto& [sequence, hash] : kept_) {
    if (sequence < report_.first || (report_.events == 0 && sequence <= last) ||
        is_in_gap(sequence)) {
      ++report_.gone;
      continue;
    }
    const bool given_up = std::ranges::any_of(given_up_, [at = sequence](const auto& range) {
      return range.first <= at && at <= range.last;
    });
    add_to(shortened_,
           {.sequence = sequence,
            .what = fmt::format("event {}, which was kept, isn't there", sequence),
            .expected = to_string(ChainHead{.sequence = sequence, .hash = hash}),
            .found = last == 0 ? "no event" : fmt::format("event {} at the end", last),
            .cause = given_up ? "the ledger went back, as it says itself: a backup was restored"
                              : "the newest events were removed, a backup was put in place, or it "
                                "is another journal"});
  }
}

ChainReport JournalChain::report() {
  if (unchained_ > 0)
    report_.notes.push_back(fmt::format(
        "event {} and those before it were written before there was a chain, which proves of them "
        "event {} alone",
        unchained_, unchained_));
  if (!report_.head && taken_ && !taken_->hash.empty())
    report_.head = taken_;
  judge_kept();
  if (!report_.breaks.empty())
    report_.state = ChainState::broken;
  else if (!rewritten_.empty())
    report_.state = ChainState::rewritten;
  else if (!shortened_.empty())
    report_.state = ChainState::shortened;
  else if (kept_count_ > 0 && report_.contained == 0)
    report_.state = ChainState::gone;
  for (auto* const more : {&rewritten_, &shortened_})
    std::ranges::move(*more, std::back_inserter(report_.breaks));
  return std::move(report_);
}

}  // namespace tenantscope
