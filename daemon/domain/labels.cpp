#include "domain/labels.hpp"

#include <algorithm>
#include <stdexcept>

namespace tenantscope {

Labels::Labels(std::vector<Label> labels) {
  if (labels.empty())
    return;
  std::ranges::stable_sort(labels, {}, &Label::first);
  const auto same_name = [](const Label& a, const Label& b) { return a.first == b.first; };
  labels.erase(std::unique(labels.begin(), labels.end(), same_name), labels.end());
  labels.shrink_to_fit();
  labels_ = std::make_shared<const std::vector<Label>>(std::move(labels));
}

Labels::Iterator Labels::find(std::string_view name) const {
  return std::ranges::find(all(), name, &Label::first);
}

const std::string& Labels::at(std::string_view name) const {
  const Iterator found = find(name);
  if (found == end())
    throw std::out_of_range("no such label");
  return found->second;
}

const std::vector<Labels::Label>& Labels::all() const {
  static const std::vector<Label> none;
  return labels_ ? *labels_ : none;
}

}  // namespace tenantscope
