// Texts that hold a password, a token or a key are overwritten once they are used, so that the
// memory that they give back doesn't keep it.
#pragma once

#include <openssl/crypto.h>

#include <string>

namespace tenantscope {

// Leaves it empty.
inline void cleanse(std::string& text) {
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

}  // namespace tenantscope
