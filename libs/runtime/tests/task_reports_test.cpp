#include "runtime/task_reports.hpp"

#include <gtest/gtest.h>
#include <string>

#include "core/result.hpp"
#include "telemetry/metrics.hpp"

namespace pms::runtime {
namespace {

const core::Error defect{.message = "a defect"};

class TaskReportsTest : public testing::Test {
 protected:
  void fail(const std::string& task, int times) {
    for (int in_a_row = 1; in_a_row <= times; ++in_a_row) reports_.failed(task, defect, in_a_row);
  }
  TaskReports reports_{"reporting-service"};
};

TEST_F(TaskReportsTest, IsReadyAfterFourFailuresInARow) {
  fail("consumer", 4);
  EXPECT_TRUE(reports_.ready());
}

TEST_F(TaskReportsTest, NamesTheTasksThatKeepFailingUntilTheyRecover) {
  fail("consumer", 5);
  fail("housekeeping", 7);
  ASSERT_FALSE(reports_.ready());
  EXPECT_EQ(reports_.ready().error().message, "background task keeps failing: consumer, housekeeping");
  reports_.recovered("consumer");
  EXPECT_EQ(reports_.ready().error().message, "background task keeps failing: housekeeping");
  reports_.recovered("housekeeping");
  EXPECT_TRUE(reports_.ready());
}

TEST_F(TaskReportsTest, StaysReadyDuringAnOutage) {
  reports_.interrupted("consumer", {.code = core::Errc::unavailable, .message = "the database is unavailable"});
  EXPECT_TRUE(reports_.ready());
}

TEST_F(TaskReportsTest, CountsFailuresOfATaskThatIsListedFromItsStart) {
  reports_.started("relay");
  EXPECT_NE(telemetry::metrics_text().find("service=\"reporting-service\",task=\"relay\"}"), std::string::npos);
  auto& failures =
      telemetry::counter("background_task_failures_total", "", {{"service", "reporting-service"}, {"task", "relay"}});
  const double before = failures.Value();
  fail("relay", 3);
  EXPECT_EQ(failures.Value() - before, 3);
}

}  // namespace
}  // namespace pms::runtime
