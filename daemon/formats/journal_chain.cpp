#include "formats/journal_chain.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tenantscope {
namespace {

constexpr std::size_t most_breaks = 20;

std::string shown(const std::string& hash) { return hash.empty() ? "none" : hash; }

std::string shown(const SequenceRange& range) {
  return range.first == range.last ? fmt::format("event {} is", range.first)
                                   : fmt::format("events {} to {} are", range.first, range.last);
}

// REQUIRES: the ranges are in order.
bool holds(const std::vector<SequenceRange>& ranges, std::uint64_t sequence) {
  const auto range = std::ranges::lower_bound(ranges, sequence, {}, &SequenceRange::last);
  return range != ranges.end() && range->first <= sequence;
}

}  // namespace

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

void JournalChain::begin_after(ChainHead taken) {
  taken_ = std::move(taken);
  run_ = taken_->sequence;
  if (!taken_->hash.empty())
    look_for(*taken_);
}

void JournalChain::add_to(std::vector<ChainBreak>& breaks, ChainBreak found) {
  if (breaks.size() < most_breaks)
    breaks.push_back(std::move(found));
  else
    ++report_.more_breaks;
}

void JournalChain::take(const ChainLink& link, std::optional<ChainBreak> own) {
  const bool broken = own.has_value();
  suspect_ = suspect_ || broken;
  linked_ = false;
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
  if (!linked_ || !report_.head)
    run_ = link.head.sequence;
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
    go_back(before, link);
  } else if (gaps_ == Gaps::are_listed) {
    report_.gaps.push_back(missing);
  } else {
    miss(before, link);
  }
}

// A journal has what the event follows. A sink may have events that the ledger has given up, and a
// filter may have left out the one that it follows.
void JournalChain::go_back(const ChainHead& before, const ChainLink& link) {
  const std::uint64_t last = link.head.sequence - 1;
  const bool journal = gaps_ == Gaps::are_breaks;
  const std::uint64_t stays =
      journal ? before.sequence : std::clamp(link.rewound_to, before.sequence, last);
  if (stays > before.sequence)
    report_.gaps.push_back({before.sequence + 1, stays});
  if (stays < last)
    given_up_.push_back({stays + 1, last});
  report_.notes.push_back(fmt::format(
      "the ledger went back before event {}, as it says, as where a backup was restored",
      link.head.sequence));
  if (journal || link.rewound_to == before.sequence)
    compare(before, link);
}

void JournalChain::compare(const ChainHead& before, const ChainLink& link) {
  const std::uint64_t sequence = link.head.sequence;
  linked_ = !suspect_ && link.previous == before.hash;
  if (suspect_ || linked_)
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
        fmt::format("no event is left of {}, and the storage doesn't say whether retention took "
                    "them, as one of an older version",
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
    if (!report_.unchanged.empty() && report_.unchanged.back().first == run_)
      report_.unchanged.back().last = head.sequence;
    else
      report_.unchanged.push_back({run_, head.sequence});
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

// What the ledger gave up before a sink began, or a filter left out, is as little known.
bool JournalChain::is_in_gap(std::uint64_t sequence) const {
  return holds(report_.gaps, sequence) || (gaps_ == Gaps::are_listed && holds(given_up_, sequence));
}

void JournalChain::judge_kept() {
  const std::uint64_t last = report_.head ? report_.head->sequence : 0;
  for (const auto& [sequence, hash] : kept_)
    if (sequence < report_.first || (report_.events == 0 && sequence <= last) ||
        is_in_gap(sequence))
      ++report_.gone;
    else
      add_to(shortened_, missed(sequence, hash));
}

ChainBreak JournalChain::missed(std::uint64_t sequence, const std::string& hash) const {
  const std::uint64_t last = report_.head ? report_.head->sequence : 0;
  std::string cause =
      "the newest events were removed, a backup was put in place, or it is another journal";
  if (gaps_ == Gaps::are_listed)
    cause = "a filter left it out, the newest events were removed, or it is of another journal";
  else if (holds(given_up_, sequence))
    cause = "the ledger went back, as it says itself: a backup was restored";
  return {.sequence = sequence,
          .what = fmt::format("event {}, which was kept, isn't there", sequence),
          .expected = to_string(ChainHead{.sequence = sequence, .hash = hash}),
          .found = last == 0 ? "no event" : fmt::format("event {} at the end", last),
          .cause = std::move(cause)};
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
