#include "base/text/html.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(Html, Escapes) {
  EXPECT_EQ(html("<a href=\"x\" title='y'>&amp;</a>"),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
  EXPECT_EQ(html(std::string("a\0b\n\x7f", 5)), "a\uFFFDb\uFFFD\uFFFD");
  EXPECT_EQ(html("Bücher"), "Bücher");
  EXPECT_EQ(percent_encoded("a b&c=d/ü~"), "a%20b%26c%3Dd%2F%C3%BC~");
}

}  // namespace
}  // namespace tenantscope
