// The address that a sink sends to, as the configuration has it: a URL, or a file with the URL,
// which is a secret where its owner may post there. The kinds of sinks use it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/text/url.hpp"
#include "config/sink/sink_kinds.hpp"

namespace tenantscope {

// Findings don't say the URL: many a webhook's is a secret itself. `what` begins them.
std::optional<Url> read_sink_url(const YamlNode& node, std::string_view what,
                                 const SinkInput& input);

// Where the file `node` names is; what is in it has been read and judged. `key`: whose it is.
std::filesystem::path read_url_file(const YamlNode& node, std::string_view key,
                                    const SinkInput& input);

}  // namespace tenantscope
