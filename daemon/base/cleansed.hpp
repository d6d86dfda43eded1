// Texts that hold a password, a token or a key are overwritten once they are used, so that the
// memory that they give back doesn't keep it.
#pragma once

#include <openssl/crypto.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tenantscope {

// Leaves it empty, and nothing in its room, of which it may have used more before.
inline void cleanse(std::string& text) {
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

// Does so when it goes away. REQUIRES: the text outlives it.
class Cleansing {
 public:
  explicit Cleansing(std::string& text) : text_(text) {}
  ~Cleansing() { cleanse(text_); }
  Cleansing(const Cleansing&) = delete;
  Cleansing& operator=(const Cleansing&) = delete;

 private:
  std::string& text_;
};

// Texts among which may be a secret: all are cleansed when they go away.
class CleansedTexts : public std::vector<std::string> {
 public:
  CleansedTexts() = default;
  CleansedTexts(std::vector<std::string> texts) : std::vector<std::string>(std::move(texts)) {}
  CleansedTexts(std::initializer_list<std::string> texts) : std::vector<std::string>(texts) {}
  CleansedTexts(const CleansedTexts&) = default;
  CleansedTexts(CleansedTexts&&) = default;
  CleansedTexts& operator=(CleansedTexts other) noexcept {
    swap(other);
    return *this;
  }
  ~CleansedTexts() { std::for_each(begin(), end(), cleanse); }
};

// For what reads secrets: no memory is given back as it is.
template <class T>
struct CleansingAllocator {
  using value_type = T;

  CleansingAllocator() = default;
  template <class Other>
  CleansingAllocator(const CleansingAllocator<Other>&) noexcept {}

  T* allocate(std::size_t number) { return std::allocator<T>().allocate(number); }
  void deallocate(T* room, std::size_t number) noexcept {
    OPENSSL_cleanse(room, number * sizeof(T));
    std::allocator<T>().deallocate(room, number);
  }
  bool operator==(const CleansingAllocator&) const = default;
};

}  // namespace tenantscope
