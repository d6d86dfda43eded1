// A ledger is opened to write to it. One that an older version has written is brought up to this
// one's schema then, after it was copied as it is: an older version can go on with the copy.
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

// The database, for its one writer: brought up to date, in WAL mode. Throws Failure, also where it
// can't be written to, or the ledger was moved: there never are two that go on from the same
// events.
Connection open_to_write(const std::filesystem::path& database, const UpgradeObserver& observer);

}  // namespace sqlite
}  // namespace tenantscope
