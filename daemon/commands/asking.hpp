// Asking authorities by hand: what `lookup` and `check` share.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/probe.hpp"
#include "base/result.hpp"
#include "domain/settings.hpp"

namespace CLI {
class App;
}

namespace tenantscope {

struct AskOptions {
  std::string cloud;  // empty: not said
  std::string rules;  // empty: the configuration's
  std::filesystem::path config_file;

  std::string_view asked() const { return cloud.empty() ? "global" : std::string_view(cloud); }
};

// --cloud, --rules, --config.file. REQUIRES: options outlives the command.
void add_ask_options(CLI::App& command, AskOptions& options);

// The configuration's, or the defaults where none is named; --rules goes before its rules. Throws
// FatalError(78).
Settings read_settings(const AskOptions& options);

// NAME or NAME@CLOUD; `asked` holds where no cloud is written. Error: what is wrong with it.
Result<TenantKey> read_key(const std::string& text, std::string_view asked, const Clouds& clouds);

inline constexpr std::size_t asked_at_once = 8;

struct Lookup {
  TenantKey key;
  ProbeResult result;
};

// Fills in the results: some at once, in each cloud at its configured pace. A cloud that can't be
// reached, or wants to be left alone for long, is given up: the rest of its names fail unasked.
void ask(std::vector<Lookup>& lookups, const Settings& settings, Duration timeout);

}  // namespace tenantscope
