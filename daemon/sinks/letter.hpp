// What a sink sends, but for what lets it in.
#pragma once

#include <string>

namespace tenantscope {

struct Letter {
  std::string content_type;
  std::string body;
};

}  // namespace tenantscope
