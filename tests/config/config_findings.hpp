// Tables of bad configurations and what is said about them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/config_folder.hpp"

namespace tenantscope {

struct Bad {
  std::string config;
  std::vector<std::string> findings;
};

inline void expect_findings(const ConfigFolder& folder, const std::vector<Bad>& cases) {
  for (const auto& [config, expected] : cases) {
    folder.write("c", config);
    const std::vector<std::string> shown_findings = folder.errors();
    EXPECT_EQ(shown_findings, expected) << config;
  }
}

inline void expect_findings(const std::vector<Bad>& cases) {
  expect_findings(ConfigFolder(), cases);
}

}  // namespace tenantscope
