// A text of which there are few different ones among very many tenants, such as a scope or a
// cloud's name: a pointer, since equal ones share one, which is there for as long as somebody has
// it. Used like a std::string that never changes. Any thread.
#pragma once

#include <fmt/format.h>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <compare>
#include <concepts>
#include <string>
#include <string_view>

namespace tenantscope {

class Word {
 public:
  Word() = default;
  template <class Text>
  requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, Word>)
      Word(const Text& text)
      : shared_(share(text)) {}

  const std::string& text() const;
  operator const std::string&() const { return text(); }
  operator std::string_view() const { return text(); }
  bool empty() const { return !shared_; }
  std::size_t size() const { return text().size(); }

  // How many different ones there are now.
  static std::size_t count();

  friend bool operator==(const Word& a, const Word& b) { return a.shared_ == b.shared_; }
  friend auto operator<=>(const Word& a, const Word& b) { return a.text() <=> b.text(); }
  template <class Text>
  requires(std::convertible_to<const Text&, std::string_view> &&
           !std::same_as<Text, Word>) friend bool
  operator==(const Word& a, const Text& b) {
    return a.text() == std::string_view(b);
  }

 private:
  struct Shared;
  struct Shelf;
  using Pointer = boost::intrusive_ptr<const Shared>;
  friend void intrusive_ptr_add_ref(const Shared* shared);
  friend void intrusive_ptr_release(const Shared* shared);
  static Pointer share(std::string_view text);

  Pointer shared_;  // nullptr: the empty text
};

}  // namespace tenantscope

// A text for {fmt}, too, which takes nothing for its conversion since its tenth version.
template <>
struct fmt::formatter<tenantscope::Word> : fmt::formatter<std::string_view> {
  auto format(const tenantscope::Word& word, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format(word.text(), context);
  }
};
