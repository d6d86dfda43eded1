// What a ledger and a view of its journal both answer, of any store whose errors are exceptions
// inside: they become values here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "storage/ledger.hpp"

namespace tenantscope {

// What `work` gives; where it throws a Failure, that as an Error (io).
template <class Failure, class Work>
Result<std::invoke_result_t<Work>> caught_as_value(Work work) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const Failure& failure) {
    return Error{ErrorKind::io, failure.what()};
  }
}

// `Base` is Journal or Ledger. `Queries` answers as a Journal does, and throws Failure.
template <class Base, class Queries, class Failure>
class AnsweringJournal : public Base {
 public:
  Result<std::vector<JournalEntry>> read(std::uint64_t after, std::size_t limit) override {
    return ask([&](Queries& queries) { return queries.read(after, limit); });
  }
  Result<std::vector<JournalEntry>> newest(const std::optional<TenantKey>& tenant,
                                           std::uint64_t before, std::size_t limit) override {
    return ask([&](Queries& queries) { return queries.newest(tenant, before, limit); });
  }
  Result<std::uint64_t> newest_until(WallTime time) override {
    return ask([&](Queries& queries) { return queries.newest_until(time); });
  }
  Result<std::optional<JournalEntry>> find(const std::string& id) override {
    return ask([&](Queries& queries) { return queries.find(id); });
  }
  Result<std::uint64_t> oldest() override {
    return ask([](Queries& queries) { return queries.oldest(); });
  }
  Result<std::uint64_t> last() override {
    return ask([](Queries& queries) { return queries.last(); });
  }

 protected:
  virtual Queries& queries() = 0;

 private:
  template <class Question>
  auto ask(Question question) {
    return caught_as_value<Failure>([&] { return question(queries()); });
  }
};

}  // namespace tenantscope
