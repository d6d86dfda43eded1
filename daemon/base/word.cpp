#include "base/word.hpp"

#include <atomic>
#include <mutex>
#include <set>

namespace tenantscope {

struct Word::Shared {
  std::string text;
  mutable std::atomic<std::size_t> users = 0;  // 0 to 1 and back under the shelf's mutex only

  explicit Shared(std::string_view shown) : text(shown) {}
};

struct Word::Shelf {
  struct ByText {
    using is_transparent = void;
    static std::string_view text(const Shared& shared) { return shared.text; }
    static std::string_view text(std::string_view text) { return text; }
    bool operator()(const auto& a, const auto& b) const { return text(a) < text(b); }
  };

  std::mutex mutex;
  std::set<Shared, ByText> words;

  // Never destroyed: static words may outlive anything else.
  static Shelf& only() {
    static Shelf& shelf = *new Shelf;
    return shelf;
  }
};

Word::Pointer Word::share(std::string_view text) {
  if (text.empty())
    return {};
  Shelf& shelf = Shelf::only();
  const std::lock_guard lock(shelf.mutex);
  const auto at = shelf.words.lower_bound(text);
  return &*(at != shelf.words.end() && at->text == text ? at : shelf.words.emplace_hint(at, text));
}

const std::string& Word::text() const {
  static const std::string empty;
  return shared_ ? shared_->text : empty;
}

std::size_t Word::count() {
  const std::lock_guard lock(Shelf::only().mutex);
  return Shelf::only().words.size();
}

void intrusive_ptr_add_ref(const Word::Shared* shared) {
  shared->users.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const Word::Shared* shared) {
  std::size_t users = shared->users.load(std::memory_order_relaxed);
  while (users > 1)
    if (shared->users.compare_exchange_weak(users, users - 1, std::memory_order_release,
                                            std::memory_order_relaxed))
      return;
  Word::Shelf& shelf = Word::Shelf::only();
  const std::lock_guard lock(shelf.mutex);
  if (shared->users.fetch_sub(1, std::memory_order_acq_rel) == 1)
    shelf.words.erase(shelf.words.find(std::string_view(shared->text)));
}

}  // namespace tenantscope
