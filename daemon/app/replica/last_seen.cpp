#include "app/replica/last_seen.hpp"

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <utility>

#include "base/guid.hpp"
#include "base/text_file.hpp"
#include "storage/postgres/pg_seen.hpp"

namespace tenantscope {
namespace {

namespace fs = std::filesystem;

constexpr auto first_line = "tenantscope last-seen 1";
const std::string none = "-";  // in place of a word
constexpr std::size_t largest_file = 64 * kib;
constexpr auto at_most_each = std::chrono::milliseconds(100);
constexpr auto patience = std::chrono::seconds(1);

// A line for each ledger: its id, where its journal ended, and under which id it went on.
std::string text_of(const PgSeen::Memory& memory) {
  std::ostringstream text;
  text << first_line << '\n';
  for (const PgSeen::Ledger& ledger : memory)
    text << "ledger " << to_string(ledger.id) << ' ' << ledger.journal.sequence << ' '
         << (ledger.journal.hash.empty() ? none : ledger.journal.hash) << ' '
         << (ledger.became ? to_string(*ledger.became) : none) << '\n';
  text << "end\n";
  return text.str();
}

// Nothing: it isn't what text_of() gives.
std::optional<PgSeen::Memory> memory_in(const std::string& text) {
  PgSeen::Memory memory;
  std::istringstream words(text);
  std::string line, id, became;
  std::getline(words, line);
  PgSeen::Ledger ledger;
  while (words >> line >> id >> ledger.journal.sequence >> ledger.journal.hash >> became) {
    ledger.id = parse_guid(id).value_or(Guid());
    ledger.became = parse_guid(became);
    if (ledger.journal.hash == none)
      ledger.journal.hash.clear();
    memory.push_back(ledger);
  }
  return text_of(memory) == text ? std::optional(std::move(memory)) : std::nullopt;
}

}  // namespace

// The writer outlives its LastSeen where the disk doesn't answer.
class LastSeen::Writer {
 public:
  Writer(fs::path file, std::shared_ptr<PgSeen> seen, const Log& log)
      : file_(std::move(file)), seen_(std::move(seen)), log_(log) {}

  void note_news() {
    const std::lock_guard lock(mutex_);
    news_ = true;
    changed_.notify_all();
  }

  // False: it goes on writing.
  bool end_within(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    ends_ = true;
    changed_.notify_all();
    return changed_.wait_for(lock, patience, [this] { return ended_; });
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (!ends_ || news_) {
      changed_.wait(lock, [this] { return ends_ || news_; });
      if (std::exchange(news_, false)) {
        lock.unlock();
        write();
        lock.lock();
      }
      changed_.wait_for(lock, at_most_each, [this] { return ends_; });
    }
    ended_ = true;
    changed_.notify_all();
  }

 private:
  void write() {
    const fs::path fresh = file_.string() + ".new";
    std::ofstream out(fresh, std::ios::binary);
    out << text_of(seen_->memory());
    out.close();
    std::error_code error;
    if (out)
      fs::rename(fresh, file_, error);
    const bool failed = !out || error;
    if (failed && !failed_)
      log_.warn(
          "what was seen of the ledger isn't kept for the next start; it is tried again at "
          "the next change",
          {{"file", file_.native()}});
    failed_ = failed;
  }

  const fs::path file_;
  const std::shared_ptr<PgSeen> seen_;
  const Log log_;
  bool failed_ = false;  // the last write
  std::mutex mutex_;
  std::condition_variable changed_;
  bool news_ = false;  // guarded by mutex_, as are both below
  bool ends_ = false;
  bool ended_ = false;
};

LastSeen::LastSeen(const fs::path& folder, const Log& log)
    : file_(folder / "last-seen"), log_(log), seen_(std::make_shared<PgSeen>()) {}

LastSeen::~LastSeen() {
  if (!writer_)
    return;
  seen_->when_changed({});
  if (writer_->end_within(patience))
    thread_.join();
  else
    thread_.detach();
}

void LastSeen::begin() {
  if (writer_)
    return;
  read();
  writer_ = std::make_shared<Writer>(file_, seen_, log_);
  seen_->when_changed([writer = writer_] { writer->note_news(); });
  thread_ = std::thread([writer = writer_] { writer->work(); });
}

void LastSeen::read() {
  std::error_code error;
  if (!fs::exists(file_, error))
    return;
  const Result<std::string> text = read_text_file(file_, {.bytes = largest_file});
  std::optional<PgSeen::Memory> memory = text ? memory_in(*text) : std::optional<PgSeen::Memory>();
  if (memory)
    seen_->remember(std::move(*memory));
  else
    log_.warn(
        "what was seen of the ledger before isn't known: whether it went back meanwhile "
        "can't be noticed",
        {{"file", file_.native()}, {"err", text ? "it is damaged" : text.error().detail}});
}

}  // namespace tenantscope
