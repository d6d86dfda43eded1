// Reads the maps of a configuration strictly, key by key: each read gives the value, or adds the
// finding that says why there is none. For the readers of the configuration's parts:
// config/config_file and the lists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/suggestion.hpp"
#include "base/time.hpp"
#include "config/yaml_tree.hpp"

namespace tenantscope {

// One map. A null pointer means that the key is absent, or that its value was refused.
class MapReader {
 public:
  // `what` names the map in messages: "a tenant". REQUIRES: node and findings outlive the reader.
  MapReader(const YamlNode& node, std::string_view what, FileFindings& findings);

  bool has(std::string_view key) const { return find(key) != nullptr; }
  const YamlNode* find(std::string_view key) const { return node_.find(key); }  // whatever it is
  const YamlNode* text(std::string_view key);  // a scalar, in quotes or not
  const YamlNode* required_text(std::string_view key);
  const YamlNode* map(std::string_view key);
  const YamlNode* map_or_null(std::string_view key);  // where it is empty, there is none
  const YamlNode* list(std::string_view key);
  const YamlNode* required_list(std::string_view key);
  // As text(), of a key that goes: it is never suggested.
  const YamlNode* old_text(std::string_view key);

  // A finding where the key is there, which people have from elsewhere: "`KEY` isn't taken: WHY".
  void refuse(std::string_view key, std::string_view why);

  // These leave `value` as it is where there is nothing to read. True: it was read.
  bool duration(std::string_view key, Duration& value);
  void boolean(std::string_view key, bool& value);
  void number(std::string_view key, double& value, double least, double most);
  template <class Integer>
  void whole_number(std::string_view key, Integer& value, int least, int most) {
    int read = 0;
    if (read_whole_number(key, read, least, most))
      value = static_cast<Integer>(read);
  }

  void refuse_unknown();  // to be called last: the keys that were never asked for

 private:
  const YamlNode* value(std::string_view key, YamlNode::Kind kind, std::string_view kind_name);
  const YamlNode* plain(std::string_view key, std::string_view kind_name);
  bool read_whole_number(std::string_view key, int& value, int least, int most);

  const YamlNode& node_;
  std::string_view what_;
  FileFindings& findings_;
  std::vector<std::string_view> known_;
  std::vector<std::string_view> unsuggested_;  // known as well
};

// A document without a value, which may be about to be written, is a finding; it becomes an empty
// map, so that nothing is missed in it. `what` as above.
void refuse_emptiness(YamlNode& root, std::string_view what, FileFindings& findings);

// A text of a list; nullptr and a finding where the item is none.
const YamlNode* text_item(const YamlNode& item, std::string_view what, FileFindings& findings);

}  // namespace tenantscope
