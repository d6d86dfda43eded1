// Which version of a list a server has given, as the server says it: so that it needn't send the
// same again. On one thread.
#pragma once

#include <string>

#include "fetch/fetcher.hpp"

namespace tenantscope {

class ListVersion {
 public:
  // The next request asks for another version than this one.
  void remember(const FetchResponse& given);
  void forget() { *this = {}; }

  // Adds what asks for another one, where one is known.
  void ask(FetchRequest& request) const;

  // Whether the answer says that there is no other. REQUIRES: it is to what ask() has made.
  bool is_still(const FetchResponse& answer) const;

 private:
  bool known() const { return !etag_.empty() || !last_modified_.empty(); }

  std::string etag_;  // with its W/, where it has one
  std::string last_modified_;
};

}  // namespace tenantscope
