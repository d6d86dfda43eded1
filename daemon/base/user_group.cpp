#include "base/user_group.hpp"

#include <grp.h>

#include <cerrno>
#include <charconv>
#include <vector>

namespace tenantscope {

std::optional<gid_t> group_named(const std::string& name) {
  std::vector<char> room(1024);
  group entry{};
  group* found = nullptr;
  while (::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) == ERANGE)
    room.resize(room.size() * 2);  // it has that many members
  if (found)
    return found->gr_gid;

  gid_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, number);
  if (error != std::errc{} || stopped != end || name.empty() || number == gid_t(-1))
    return std::nullopt;
  return number;
}

}  // namespace tenantscope
