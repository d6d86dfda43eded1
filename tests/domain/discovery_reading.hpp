// Documents read as an answer of the authority, for the tests of what they show and of what is
// refused.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "domain/discovery.hpp"
#include "domain/documents.hpp"

namespace tenantscope {

inline Result<Finding> read(const std::string& body, int status = 200) {
  return read_answer({.status = status, .body = body}, builtin_clouds());
}

inline void expect_error(const Result<Finding>& finding, ErrorKind kind, const std::string& what) {
  ASSERT_FALSE(finding) << what;
  EXPECT_EQ(to_string(finding.error().kind), to_string(kind))
      << what << ": " << finding.error().detail;
  EXPECT_FALSE(finding.error().detail.empty()) << what;
}

inline constexpr const char* read_keys[] = {"issuer", "token_endpoint", "msgraph_host",
                                            "tenant_region_scope", "tenant_region_sub_scope"};

}  // namespace tenantscope
