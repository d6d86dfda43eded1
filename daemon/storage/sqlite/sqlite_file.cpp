#include "storage/sqlite/sqlite_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/exit_code.hpp"
#include "base/guid.hpp"
#include "base/result.hpp"
#include "storage/sqlite/sqlite.hpp"
#include "storage/sqlite/sqlite_meta.hpp"
#include "storage/sqlite/sqlite_schema.hpp"

namespace tenantscope::sqlite {
namespace {

using Bytes = std::span<const unsigned char>;

std::uint32_t big_endian(Bytes bytes, std::size_t at) {
  return std::uint32_t(bytes[at]) << 24 | std::uint32_t(bytes[at + 1]) << 16 |
         std::uint32_t(bytes[at + 2]) << 8 | bytes[at + 3];
}

bool read(std::istream& in, std::span<unsigned char> bytes) {
  return bool(in.read(reinterpret_cast<char*>(bytes.data()), std::streamsize(bytes.size())));
}

// The first bytes of page 1 (https://www.sqlite.org/fileformat2.html#the_database_header).
struct Header {
  static constexpr std::size_t size = 100;

  explicit Header(Bytes bytes)
      : magic(std::memcmp(bytes.data(), "SQLite format 3", 16) == 0),
        page_size(bytes[16] == 0 && bytes[17] == 1 ? 65536u : unsigned(bytes[16]) << 8 | bytes[17]),
        page_count(big_endian(bytes, 28)),
        version(big_endian(bytes, 60)),
        application(big_endian(bytes, 68)) {}

  bool magic;
  std::uint32_t page_size;
  std::uint32_t page_count;
  std::uint32_t version;
  std::uint32_t application;
};

// The write-ahead log's running checksum.
class Checksum {
 public:
  explicit Checksum(bool big_endian_words) : big_endian_words_(big_endian_words) {}

  void add(Bytes bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
      first_ += word(bytes, at) + second_;
      second_ += word(bytes, at + 4) + first_;
    }
  }

  bool stands(Bytes bytes, std::size_t at) const {
    return big_endian(bytes, at) == first_ && big_endian(bytes, at + 4) == second_;
  }

 private:
  std::uint32_t word(Bytes bytes, std::size_t at) const {
    const std::uint32_t value = big_endian(bytes, at);
    return big_endian_words_ ? value : __builtin_bswap32(value);
  }

  bool big_endian_words_;
  std::uint32_t first_ = 0;
  std::uint32_t second_ = 0;
};

// What the transactions in a write-ahead log say
// (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).
struct Log {
  bool commits = false;          // there is a whole transaction in it
  std::optional<Header> header;  // as the last whole transaction that wrote page 1 left it
};

bool has_content(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return !error && size > 0;
}

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view why) {
  throw FatalError(exit_unusable, fmt::format("{}: {}", path.native(), why));
}

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw Failure(fmt::format("{}: {}", path.native(), std::generic_category().message(error)),
                may_pass(error));
}

// By what the system says of reading it.
[[noreturn]] void refuse(const std::filesystem::path& path, int error) {
  throw FatalError(exit_code_of(error),
                   fmt::format("{}: {}", path.native(), std::generic_category().message(error)));
}

// What can't be read for now isn't damaged, nor another program's.
void refuse_unreadable(const std::filesystem::path& path, const std::istream& in) {
  const int error = errno;
  if (in.bad() && may_pass(error))
    refuse(path, error);
}

Log read_log(const std::filesystem::path& path) {
  Log log;
  std::ifstream in(path, std::ios::binary);
  std::array<unsigned char, 32> head{};
  if (!in && may_pass(errno))
    refuse(path, errno);
  if (!read(in, head) || (big_endian(head, 0) & ~1u) != 0x377f0682)
    return log;
  const std::uint32_t page_size = big_endian(head, 8);
  if (page_size < 512 || page_size > 65536 || (page_size & (page_size - 1)) != 0)
    return log;
  Checksum checksum(big_endian(head, 0) & 1);
  checksum.add(Bytes(head).first(24));
  if (!checksum.stands(head, 24))
    return log;

  std::vector<unsigned char> frame(24 + page_size);
  std::optional<Header> header;
  while (read(in, frame)) {
    if (std::memcmp(&frame[8], &head[16], 8) != 0)
      break;
    checksum.add(Bytes(frame).first(8));
    checksum.add(Bytes(frame).subspan(24));
    if (!checksum.stands(frame, 16))
      break;
    if (big_endian(frame, 0) == 1)
      header.emplace(Bytes(frame).subspan(24));
    if (big_endian(frame, 4) == 0)
      continue;
    log.commits = true;
    log.header = header;
  }
  refuse_unreadable(path, in);
  return log;
}

}  // namespace

std::filesystem::path database_in(const std::filesystem::path& storage) {
  return storage / "tenantscope.db";
}

std::filesystem::path restored_database_in(const std::filesystem::path& storage) {
  return storage / "tenantscope.db.restored";
}

std::filesystem::path copied_database_in(const std::filesystem::path& storage) {
  return storage / "tenantscope.db.part";
}

std::filesystem::path beside(std::filesystem::path database, const char* suffix) {
  return database += suffix;
}

bool has_log(const std::filesystem::path& database) {
  return has_content(beside(database, "-wal"));
}

bool holds_ledger(const std::filesystem::path& database) {
  std::error_code error;
  if (!std::filesystem::exists(database, error) && error)
    refuse(database, error.value());
  if (!has_content(database) && !std::filesystem::is_directory(database, error)) {
    if (std::filesystem::exists(beside(database, ".part"), error))
      refuse(database,
             "missing, as a copy of another ledger wasn't completed: run the same `tenantscope "
             "storage copy` again, or remove its .part to begin anew");
    for (const char* suffix : {"-wal", "-journal", ".restored"})
      if (has_content(beside(database, suffix)))
        refuse(
            database,
            fmt::format(
                "missing, though its {} is there: bring the database back, or move that file away",
                suffix));
    return false;
  }

  std::ifstream in(database, std::ios::binary);
  std::array<unsigned char, Header::size> bytes{};
  if (!in)
    refuse(database, errno);
  const bool whole = read(in, bytes);
  refuse_unreadable(database, in);
  if (!whole || !Header(bytes).magic)
    refuse(database, "not a database: move the file away, or choose another --storage.path");

  // In this order: while a daemon beside us moves the log into the database, the log is there until
  // the database is complete.
  const Log log = read_log(beside(database, "-wal"));
  const Header header = log.header.value_or(Header(bytes));
  const auto size = std::filesystem::file_size(database, error);

  if (header.application != application_id)
    refuse(database,
           "a database of another program: move the file away, or choose another --storage.path");
  if (header.version > schema_version)
    refuse(database, fmt::format("written by a newer tenantscope (version {}, known here is {}): "
                                 "upgrade, or choose another --storage.path",
                                 header.version, schema_version));
  if (header.version == 0 ||
      (!log.commits && size < std::uintmax_t(header.page_count) * header.page_size))
    refuse(database, "damaged: bring it back from a backup, or move it away to begin anew");
  return true;
}

std::filesystem::path required_database_in(const std::filesystem::path& storage) {
  std::filesystem::path database = database_in(storage);
  if (!holds_ledger(database))
    throw FatalError(exit_unusable, fmt::format("nothing is stored in {}", storage.native()));
  return database;
}

void make_private_file(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0)
    fail(file, errno);
  ::close(made);
}

void sync(const std::filesystem::path& path) {
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0)
    fail(path, errno);
  const int error = ::fsync(opened) == 0 ? 0 : errno;
  ::close(opened);
  if (error != 0)
    fail(path, error);
}

void give_to_owner(const std::filesystem::path& path, const std::filesystem::path& folder) {
  struct stat owner {};
  if (::geteuid() == 0 && ::stat(folder.c_str(), &owner) == 0)
    (void)!::lchown(path.c_str(), owner.st_uid, owner.st_gid);
}

void make_ledger(const std::filesystem::path& file, const Guid& id) {
  Connection connection(file, Connection::Mode::create);
  connection.execute("PRAGMA page_size = 8192");  // holds four events, where 4096 holds two
  connection.execute("PRAGMA journal_mode = MEMORY");
  connection.execute(fmt::format("PRAGMA application_id = {}", application_id));
  migrate(connection);
  Meta meta(connection);
  meta.set(Meta::ledger_key, to_string(id));
  meta.set(Meta::tenants_key, "0");
  meta.set(Meta::taken_key, "0");
}

void create_ledger(const std::filesystem::path& database) {
  std::filesystem::create_directories(database.parent_path());
  const auto draft = beside(database, ".new");
  std::filesystem::remove(draft);
  make_private_file(draft);
  make_ledger(draft, random_guid());
  std::filesystem::rename(draft, database);
}

}  // namespace tenantscope::sqlite
