// SHA-256 of a text: evidence of what was seen, and of what was stored.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace tenantscope {

std::string sha256(std::string_view bytes);  // its 32 bytes
std::string sha256_hex(std::string_view bytes);

std::string hex_of(std::string_view bytes);  // in lower case

// Of what comes piece by piece.
class Sha256 {
 public:
  Sha256();

  void add(std::string_view bytes);
  std::string hex();  // at the end, once

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace tenantscope
