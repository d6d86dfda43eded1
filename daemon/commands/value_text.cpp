#include "commands/value_text.hpp"

#include <boost/json/serialize.hpp>

namespace tenantscope {

std::string text_of(const boost::json::value& value) {
  if (value.is_string())
    return std::string(value.as_string());
  return value.is_null() ? "" : boost::json::serialize(value);
}

}  // namespace tenantscope
