// What of the configuration isn't in force as its sources have it, and why: for
// `tenantscope_config_last_reload_successful`, and so that many tenants leave only where two looks
// at a source agree. A source is the configuration with all that it names, its `tenant_files`, or
// one of its `tenant_urls`. Pure; on one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tenantscope {

inline const std::string whole_configuration = "configuration";
inline const std::string all_tenant_files = "tenant_files";

// What a reading takes away.
struct Departure {
  std::vector<std::uint32_t> tenants;  // their numbers, in order
  std::size_t watched = 0;             // before, these among them
  bool pattern_emptied = false;        // a pattern of `tenant_files` has lost its last file
};

// Whether that is too much to be believed at once: all tenants, more than half of at least ten, or
// those of a pattern without files.
bool needs_second_look(const Departure& departure);

class ConfigStanding {
 public:
  // Everything is in force as it was read last.
  bool good() const { return sources_.empty(); }
  // The source's last reading was refused.
  bool refused(const std::string& source) const;
  // Nothing of it is in force.
  bool lacks(const std::string& url) const;

  // A reading of the source can't be used; the last good one stays. True: for another reason than
  // its reading before.
  bool refuse(const std::string& source, std::string reason);
  // A reading of the source has no errors. True: it comes into force; false: the next one that
  // takes the same tenants away will. A reading of the whole confirms any source's.
  bool take(const std::string& source, Departure departure);

  // The source says what is in force.
  void settle(const std::string& source) { sources_.erase(source); }

  // What is in force is without the lists of these URLs. Others than `configured` are no sources.
  void lack(const std::map<std::string, std::string>& reasons,
            const std::vector<std::string>& configured);

 private:
  struct Source {
    std::string reason;                   // for which its last reading was refused
    bool lacking = false;                 // what was good of it before isn't in force either
    std::vector<std::uint32_t> departed;  // else: whom the next reading has to lack, too
  };

  bool confirms(const std::string& source, const std::vector<std::uint32_t>& tenants) const;

  std::map<std::string, Source> sources_;  // that aren't in force as they are
};

}  // namespace tenantscope
