// The socket by which a daemon is operated from its own machine: in its storage, for the user that
// it runs as.
#pragma once

#include <sys/un.h>

#include <filesystem>
#include <optional>

namespace tenantscope {

// Nothing where the path is too long for a socket's address.
inline std::optional<std::filesystem::path> control_socket(const std::filesystem::path& storage) {
  const auto path = storage / "control";
  return path.native().size() < sizeof sockaddr_un{}.sun_path ? std::optional(path) : std::nullopt;
}

}  // namespace tenantscope
