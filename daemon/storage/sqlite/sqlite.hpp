// The smallest useful wrapper of SQLite: a connection, a transaction, prepared statements and their
// rows. The only user of sqlite3.h. For storage/sqlite_*.cpp alone: errors are exceptions in here,
// and become values (caught()) or FatalError at the ledger's doors. One thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.hpp"
#include "base/time.hpp"
#include "storage/answering_journal.hpp"

namespace tenantscope::sqlite {

// "PATH: what is wrong with it"; `may_pass`: it may go better by itself, as where a disk is full;
// `of_an_index`: one contradicts its rows, and can be made anew of them.
struct Failure : std::runtime_error {
  explicit Failure(const std::string& what, bool passing = false, bool index = false)
      : std::runtime_error(what), may_pass(passing), of_an_index(index) {}
  bool may_pass;
  bool of_an_index;
};

// What opens a database at the start: its failures become a FatalError.
template <class Work>
std::invoke_result_t<Work> opened(Work work) {
  try {
    return work();
  } catch (const Failure& failure) {
    throw FatalError(failure.may_pass ? exit_failure : exit_unusable, failure.what());
  }
}

template <class Work>
Result<std::invoke_result_t<Work>> caught(Work work) {
  return caught_as_value<Failure>(std::move(work));
}

class Connection {
 public:
  enum class Mode { read_only, read_write, create };

  Connection(std::filesystem::path path, Mode mode);

  // One or more statements without parameters.
  void execute(const std::string& sql);

  // Frees the pages that are kept for reading them again.
  void trim() { sqlite3_db_release_memory(handle_.get()); }

  // Whether closing leaves the write-ahead log as it is, instead of moving it into the database.
  void keep_log_on_close(bool keep);

  // How many rows the last INSERT, UPDATE or DELETE has written or removed.
  std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }

  bool writable() const { return sqlite3_db_readonly(handle_.get(), "main") == 0; }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

  const std::filesystem::path& path() const { return path_; }
  sqlite3* handle() const { return handle_.get(); }

  [[noreturn]] void fail() const;
  void check(int code) const {
    if (code != SQLITE_OK)
      fail();
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// Rolls back unless committed, also when the commit itself failed.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {
    connection_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() { connection_.execute("COMMIT"); }

 private:
  Connection& connection_;
};

class Statement;

// Bytes that are no text.
struct Blob {
  std::string_view bytes;
};

// One execution of a statement; it ends when this goes away. Columns count from 0.
class Rows {
 public:
  explicit Rows(Statement& statement) : statement_(statement) {}
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  bool next();

  bool null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const { return std::string(view(column)); }
  std::string_view view(int column) const;  // until the next row
  WallTime time(int column) const { return WallTime(Duration(integer(column))); }

  std::int64_t checksum(int columns) const;  // row_checksum() of the first ones

  // What stands there isn't what was written.
  [[noreturn]] void fail(const std::string& why) const;

 private:
  Statement& statement_;
};

// REQUIRES: the connection outlives it, in one place.
class Statement {
 public:
  Statement(const Connection& connection, std::string_view sql);

  // Parameters by position, ?1 first.
  template <class... Values>
  Rows operator()(const Values&... values) {
    texts_ = SQLITE_TRANSIENT;
    bind_all(values...);
    return Rows(*this);
  }

  template <class... Values>
  void run(const Values&... values) {
    texts_ = SQLITE_STATIC;  // they outlive it
    bind_all(values...);
    Rows rows(*this);
    while (rows.next()) {
    }
  }

 private:
  friend class Rows;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };

  template <class... Values>
  void bind_all(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
  }
  void bind(int index, std::nullopt_t);
  void bind(int index, std::int64_t value);
  void bind(int index,
            std::uint64_t value);  // what SQLite can't hold is bound as the largest it can
  void bind(int index, std::string_view value);
  void bind(int index, Blob value);
  void bind(int index, WallTime value) {
    bind(index, std::int64_t(value.time_since_epoch().count()));
  }
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    value ? bind(index, *value) : bind(index, std::nullopt);
  }

  const Connection& connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  sqlite3_destructor_type texts_ = SQLITE_TRANSIENT;  // whether SQLite copies them
};

// Throws Failure where the pages of the table or of its indexes contradict themselves, which hides
// rows that are sound; damaged rows are no reason. Reads all of them.
void prove_readable(Connection& connection, const std::string& table);

}  // namespace tenantscope::sqlite
