// A value that is hardly ever there: where it isn't, it costs a pointer. Used like std::optional;
// copies are deep.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace tenantscope {

template <class T>
class Rare {
 public:
  Rare() = default;
  template <class U>
  requires(std::constructible_from<T, U> && !std::same_as<std::remove_cvref_t<U>, Rare>)
      // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): the clause above excludes copies
      Rare(U&& value)
      : value_(std::make_unique<T>(std::forward<U>(value))) {}
  Rare(const Rare& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Rare(Rare&& other) noexcept = default;
  Rare& operator=(Rare other) noexcept {
    value_.swap(other.value_);
    return *this;
  }

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  void reset() { value_.reset(); }

  // REQUIRES of these: it is there.
  const T& operator*() const { return *value_; }
  T& operator*() { return *value_; }
  const T* operator->() const { return value_.get(); }
  T* operator->() { return value_.get(); }

  friend bool operator==(const Rare& a, const Rare& b) {
    return a.value_ && b.value_ ? *a.value_ == *b.value_ : !a.value_ && !b.value_;
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace tenantscope
