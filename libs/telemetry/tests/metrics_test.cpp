#include "telemetry/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace pms::telemetry {
namespace {

using testing::HasSubstr;

TEST(Metrics, GiveTheSameChildForTheSameNameAndLabels) {
  auto& first = counter("test_same_total", "Counted twice", {{"route", "/patients"}});
  auto& again = counter("test_same_total", "Counted twice", {{"route", "/patients"}});
  auto& other = counter("test_same_total", "Counted twice", {{"route", "/accounts"}});
  EXPECT_EQ(&first, &again);
  EXPECT_NE(&first, &other);
}

TEST(Metrics, AreWrittenInThePrometheusFormat) {
  counter("test_requests_total", "Requests", {{"method", "GET"}}).Increment(3);
  gauge("test_connections", "Connections open").Set(7);
  duration("test_request_duration_seconds", "Time to answer").Observe(0.004);
  const std::string text = metrics_text();
  EXPECT_THAT(text, HasSubstr("# HELP test_requests_total Requests\n# TYPE test_requests_total counter\n"
                              "test_requests_total{method=\"GET\"} 3"));
  EXPECT_THAT(text, HasSubstr("test_connections 7"));
  EXPECT_THAT(text, HasSubstr("test_request_duration_seconds_bucket{le=\"0.0025\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("test_request_duration_seconds_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("test_request_duration_seconds_bucket{le=\"10\"} 1\n"));
}

TEST(Metrics, AreRefreshedWhenAskedForAsLongAsSomebodyDoes) {
  auto& waiting = gauge("test_waiting", "Waiting");
  int length = 4;
  {
    const Refresh refresh([&] { waiting.Set(length); });
    EXPECT_THAT(metrics_text(), HasSubstr("test_waiting 4"));
    length = 5;
    EXPECT_THAT(metrics_text(), HasSubstr("test_waiting 5"));
  }
  length = 6;
  EXPECT_THAT(metrics_text(), HasSubstr("test_waiting 5"));
}

TEST(Metrics, PutCountsIntoBuckets) {
  counts("test_group_size", "Of groups").Observe(3);
  const std::string text = metrics_text();
  EXPECT_THAT(text, HasSubstr("test_group_size_bucket{le=\"2\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("test_group_size_bucket{le=\"4\"} 1\n"));
}

}  // namespace
}  // namespace pms::telemetry
