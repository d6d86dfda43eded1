#include "metrics/authority_instruments.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tenantscope {
namespace {

using Seconds = RequestTrace::Seconds;

class AuthorityMetrics : public testing::Test {
 protected:
  // What is shown of a family, by its labels but for `asked`; of a histogram the count and the sum.
  std::map<std::string, std::string> shown(const std::string& name) {
    std::map<std::string, std::string> values;
    auto families = registry_.Collect();
    families.push_back(authorities_.connections());
    for (const auto& family : families)
      for (const auto& metric : family.metric)
        if (family.name == "tenantscope_authority_" + name)
          values[metric.label.back().name == "asked" ? "" : metric.label.back().value] =
              text(family.type, metric);
    return values;
  }
  static std::string text(prometheus::MetricType type, const prometheus::ClientMetric& metric) {
    if (type == prometheus::MetricType::Histogram)
      return std::to_string(metric.histogram.sample_count) + "/" +
             std::to_string(std::lround(metric.histogram.sample_sum * 1000));
    return std::to_string(std::lround(
        type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value));
  }

  prometheus::Registry registry_;
  Authorities authorities_{registry_};
};

using Shown = std::map<std::string, std::string>;

TEST_F(AuthorityMetrics, SayWhereAnAnswersTimeWent) {
  const RequestTrace opened{.dns = Seconds(0.010),
                            .connect = Seconds(0.030),
                            .tls = Seconds(0.070),
                            .first_byte = Seconds(0.150),
                            .total = Seconds(0.160)};
  authorities_.answered("global", 200, opened);
  EXPECT_EQ(shown("request_phase_seconds"), (Shown{{"dns", "1/10"},
                                                   {"connect", "1/20"},
                                                   {"tls", "1/40"},
                                                   {"first_byte", "1/80"},
                                                   {"transfer", "1/10"}}));
}

TEST_F(AuthorityMetrics, SayOfAKeptConnectionOnlyWhatItWentThrough) {
  const RequestTrace kept{.dns = Seconds(0.001),
                          .connect = Seconds(0.001),
                          .tls = Seconds(0.001),
                          .first_byte = Seconds(0.050),
                          .total = Seconds(0.060),
                          .kept_connection = true};
  const RequestTrace plain{.dns = Seconds(0.001),
                           .connect = Seconds(0.002),
                           .first_byte = Seconds(0.010),
                           .total = Seconds(0.011)};
  authorities_.answered("global", 200, kept);
  authorities_.answered("global", 200, plain);
  EXPECT_EQ(shown("request_phase_seconds"), (Shown{{"dns", "1/1"},
                                                   {"connect", "1/1"},
                                                   {"tls", "0/0"},
                                                   {"first_byte", "2/58"},
                                                   {"transfer", "2/11"}}));
}

TEST_F(AuthorityMetrics, CountAnswersByStatusAndBoundThem) {
  for (const int status : {200, 200, 400, 503})
    authorities_.answered("global", status, {});
  EXPECT_EQ(shown("responses_total"), (Shown{{"200", "2"}, {"400", "1"}, {"503", "1"}}));
  for (int status = 600; status < 1000; ++status)
    authorities_.answered("global", status, {});
  const Shown all = shown("responses_total");
  EXPECT_EQ(all.size(), Authorities::most_codes + 1);
  EXPECT_EQ(all.at("other"), "383");
}

TEST_F(AuthorityMetrics, ShowTheCertificateThatWasServedLast) {
  const auto ends = [](int seconds) {
    return RequestTrace{.certificate_expiry = WallTime(std::chrono::seconds(seconds))};
  };
  authorities_.answered("global", 200, {});
  EXPECT_EQ(shown("certificate_expiry_timestamp_seconds"), Shown());
  authorities_.answered("global", 200, ends(2000));
  authorities_.answered("global", 200, ends(1000));
  authorities_.answered("global", 200, {});
  EXPECT_EQ(shown("certificate_expiry_timestamp_seconds"), (Shown{{"", "1000"}}));
}

TEST_F(AuthorityMetrics, ShowConnectionsOfThoseThatAreKept) {
  authorities_.of("global");
  EXPECT_EQ(shown("connections"), (Shown{{"TLS 1.2", "0"}, {"TLS 1.3", "0"}, {"none", "0"}}));
  authorities_.show_connections([] {
    return ConnectionCounts{{{"global", "TLS 1.3"}, 7}, {{"gone", "TLS 1.3"}, 1}};
  });
  EXPECT_EQ(shown("connections"), (Shown{{"TLS 1.2", "0"}, {"TLS 1.3", "7"}, {"none", "0"}}));
}

TEST_F(AuthorityMetrics, GoWithTheirAuthority) {
  authorities_.answered("global", 200,
                        {.certificate_expiry = WallTime(std::chrono::seconds(1000))});
  authorities_.keep({});
  for (const auto& family : registry_.Collect())
    EXPECT_TRUE(family.metric.empty()) << family.name;
  EXPECT_TRUE(authorities_.connections().metric.empty());
}

}  // namespace
}  // namespace tenantscope
