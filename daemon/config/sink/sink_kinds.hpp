// The kinds of sinks as the configuration names them, a row each; each is read in a file of its
// own beside this one. For config/events_section.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "config/config_reader.hpp"
#include "domain/settings.hpp"

namespace tenantscope {

// Where a sink's keys are read from. Files are relative to `folder`, or handed over by the
// supervisor; those of file sinks are the storage's matter.
struct SinkInput {
  const YamlNode& node;
  const std::filesystem::path& folder;
  FileFindings& findings;
  FileFindings& warnings;
};

struct SinkKind {
  std::string_view key;
  SinkTarget (*read)(const SinkInput& input);
  // Whether it gets baselines where `match` names no types.
  bool takes_baselines;
};

std::span<const SinkKind> sink_kinds();

// Of the kinds.
SinkTarget read_file_target(const SinkInput& input);
SinkTarget read_webhook_target(const SinkInput& input);
SinkTarget read_alertmanager_target(const SinkInput& input);

}  // namespace tenantscope
