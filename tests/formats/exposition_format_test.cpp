#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "formats/exposition.hpp"

namespace tenantscope {
namespace {

constexpr ExpositionFormat text = ExpositionFormat::text,
                           openmetrics = ExpositionFormat::openmetrics;

struct Wanted {
  std::string accept;
  ExpositionFormat format;
};

TEST(Accept, DecidesTheExpositionsFormat) {
  const std::vector<Wanted> table{
      // Prometheus 2.42, 2.53 and 3, each with what else it would take.
      {"application/openmetrics-text;version=1.0.0,application/"
       "openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/"
       "*;q=0.1",
       openmetrics},
      {"application/openmetrics-text;version=1.0.0;q=0.5,application/"
       "openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/"
       "*;q=0.2",
       openmetrics},
      {"application/"
       "vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
       "application/"
       "openmetrics-text;version=1.0.0;escaping="
       "allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/"
       "plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/"
       "plain;version=0.0.4;q=0.2,*/*;q=0.1",
       openmetrics},
      // Firefox, Chromium, curl.
      {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
       text},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/"
       "*;q=0.8,application/"
       "signed-exchange;v=b3;q=0.7",
       text},
      {"*/*", text},
      {"", text},
      {"  ", text},
      // By name.
      {"application/openmetrics-text", openmetrics},
      {"Application/OpenMetrics-Text", openmetrics},
      {"application/openmetrics-text; charset=utf-8", openmetrics},
      {"application/openmetrics-text;version=\"1.0.0\"", openmetrics},
      {"text/plain", text},
      {"text/plain;version=0.0.4", text},
      {"text/plain, application/openmetrics-text", openmetrics},
      {"application/openmetrics-text, */*", openmetrics},
      // By version: of 0.0.1 and 2.0.0 there is nothing here.
      {"application/openmetrics-text;version=0.0.1", text},
      {"application/openmetrics-text;version=0.0.1,text/plain;q=0.1", text},
      {"application/openmetrics-text;version=2.0.0, text/plain;q=0.5", text},
      {"application/openmetrics-text;version=2.0.0, "
       "application/openmetrics-text;version=1.0.0;q=0.5, text/plain;q=0.4",
       openmetrics},
      {"text/plain;version=1.0.0, application/openmetrics-text;q=0.1", openmetrics},
      // By quality.
      {"application/openmetrics-text;q=0.5, text/plain", text},
      {"application/openmetrics-text;q=0.5, text/plain;q=0.4", openmetrics},
      {"text/plain;q=0.4 , application/openmetrics-text ; q=0.5", openmetrics},
      {"application/openmetrics-text;q=0.5, */*", text},
      {"application/openmetrics-text;q=0.500, text/*;q=0.499", openmetrics},
      {"application/openmetrics-text;q=0", text},
      {"application/openmetrics-text;q=0.000, text/plain;q=0", text},
      {"application/openmetrics-text;q=0, */*", text},
      {"text/plain;q=0, */*", openmetrics},
      {"text/plain;q=0, application/openmetrics-text;q=0.001", openmetrics},
      // The range that fits best decides, wherever it stands.
      {"application/openmetrics-text, application/openmetrics-text;version=1.0.0;q=0", text},
      {"application/openmetrics-text;version=1.0.0;q=0, application/openmetrics-text", text},
      {"application/openmetrics-text;q=0, application/openmetrics-text;version=1.0.0", openmetrics},
      {"text/*;q=0.2, */*;q=0.3", openmetrics},
      {"*/*;q=0.1, application/*;q=0.2", openmetrics},
      {"application/*", openmetrics},
      {"application/*, text/*", text},
      {"text/*", text},
      {"text/html", text},
      // What can't be read is passed over.
      {"application/openmetrics-text;q=much", text},
      {"application/openmetrics-text;q=1.5", text},
      {"application/openmetrics-text;q=-1", text},
      {"application/openmetrics-text;q=nan", text},
      {"application/openmetrics-text;q=", text},
      {"application/openmetrics-textual", text},
      {",,application/openmetrics-text,", openmetrics},
      {";q=1, application/openmetrics-text", openmetrics},
      {"text/html;x=\",application/openmetrics-text,\"", text},
      {"text/html;x=\"\\\",application/openmetrics-text\"", text},
      {"text/html;x=\"unfinished, application/openmetrics-text", text},
  };
  for (const auto& [accept, format] : table)
    EXPECT_EQ(negotiate(accept) == openmetrics, format == openmetrics) << accept;
}

}  // namespace
}  // namespace tenantscope
