// A ledger that an older version has written is brought up to this one's schema, after it was
// copied as it is: an older version can go on with the copy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace tenantscope {

// What is told of an upgrade, which takes minutes where much is stored.
struct UpgradeObserver {
  std::function<void(std::uint32_t from, std::uint32_t to, const std::filesystem::path& copy)>
      begins = {};
  std::function<void()> goes_on = {};  // again and again, many times a minute
};

namespace sqlite {

class Connection;

// Beside the database: DATABASE.version-N.
std::filesystem::path copy_of_version(const std::filesystem::path& database, std::uint32_t version);

// Does nothing where the ledger is of this version. Copies of other versions go once it is done.
// Throws Failure; where the copy can't be made, the ledger is as it was.
void upgrade(Connection& connection, const UpgradeObserver& observer);

}  // namespace sqlite
}  // namespace tenantscope
