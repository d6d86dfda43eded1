// What a statement has given: rows of columns that count from 0, in the binary form. The result
// lives as long as its rows are looked at.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/guid.hpp"
#include "base/time.hpp"

namespace tenantscope {

class PgRow {
 public:
  PgRow(const PGresult* result, int row) : result_(result), row_(row) {}

  bool null(int column) const { return PQgetisnull(result_, row_, column) != 0; }
  std::string_view view(int column) const {
    return {PQgetvalue(result_, row_, column), std::size_t(PQgetlength(result_, row_, column))};
  }
  std::string text(int column) const { return std::string(view(column)); }
  std::int64_t integer(int column) const;  // of any width; 0 where it is null
  std::uint64_t number(int column) const { return std::uint64_t(integer(column)); }
  bool truth(int column) const { return integer(column) != 0; }
  WallTime time(int column) const { return WallTime(Duration(integer(column))); }
  Guid guid(int column) const;

  // Nothing where it is null.
  std::optional<WallTime> time_if_any(int column) const {
    return null(column) ? std::nullopt : std::optional(time(column));
  }

 private:
  const PGresult* result_;
  int row_;
};

class PgRows {
 public:
  explicit PgRows(PGresult* result) : result_(result) {}

  const PGresult* get() const { return result_.get(); }
  int size() const { return PQntuples(result_.get()); }
  bool empty() const { return size() == 0; }
  // How many rows an INSERT, UPDATE or DELETE has written or removed.
  std::uint64_t changed() const;
  PgRow row(int number) const { return {result_.get(), number}; }

  class Iterator {
   public:
    Iterator(const PgRows& rows, int number) : rows_(rows), number_(number) {}
    PgRow operator*() const { return rows_.row(number_); }
    Iterator& operator++() {
      ++number_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return number_ != other.number_; }

   private:
    const PgRows& rows_;
    int number_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };

  std::unique_ptr<PGresult, Clear> result_;
};

}  // namespace tenantscope
