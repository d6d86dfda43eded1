// Members of a JSON object that may not be there, or be of another type: an older version wrote it.
// What isn't there is empty. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>

namespace tenantscope {

// REQUIRES of all: what they are given outlives what they give.
inline const boost::json::object& object_of(const boost::json::value* value) {
  static const boost::json::object nothing;
  return value && value->is_object() ? value->get_object() : nothing;
}

inline const boost::json::object& object_at(const boost::json::object& from, std::string_view key) {
  return object_of(from.if_contains(key));
}

inline const boost::json::array& array_at(const boost::json::object& from, std::string_view key) {
  static const boost::json::array nothing;
  const boost::json::value* value = from.if_contains(key);
  return value && value->is_array() ? value->get_array() : nothing;
}

inline std::string_view text_at(const boost::json::object& from, std::string_view key) {
  const boost::json::value* value = from.if_contains(key);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

inline bool flag_at(const boost::json::object& from, std::string_view key) {
  const boost::json::value* value = from.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

inline std::uint64_t number_at(const boost::json::object& from, std::string_view key) {
  const boost::json::value* value = from.if_contains(key);
  return value && value->is_int64() && value->get_int64() > 0 ? std::uint64_t(value->get_int64())
                                                              : 0;
}

}  // namespace tenantscope
