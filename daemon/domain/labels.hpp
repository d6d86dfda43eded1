// What the operator says about a tenant: names and values, in the order of the names. Never changed
// once it is made, so that copies, and the tenants of one configuration that say the same, share
// one. Any thread.
#pragma once

#include <compare>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenantscope {

class Labels {
 public:
  using Label = std::pair<std::string, std::string>;
  using Iterator = std::vector<Label>::const_iterator;

  Labels() = default;
  Labels(std::initializer_list<Label> labels) : Labels(std::vector<Label>(labels)) {}
  // Of two with one name the first counts.
  explicit Labels(std::vector<Label> labels);

  Iterator begin() const { return all().begin(); }
  Iterator end() const { return all().end(); }
  bool empty() const { return all().empty(); }
  Iterator find(std::string_view name) const;
  const std::string& at(std::string_view name) const;  // REQUIRES: it is there

  friend bool operator==(const Labels& a, const Labels& b) {
    return a.labels_ == b.labels_ || a.all() == b.all();
  }
  friend auto operator<=>(const Labels& a, const Labels& b) { return a.all() <=> b.all(); }

 private:
  const std::vector<Label>& all() const;

  std::shared_ptr<const std::vector<Label>> labels_;  // nullptr: none
};

}  // namespace tenantscope
