#include "runtime/engines.hpp"

#include <gmock/gmock.h>
#include <string>

#include "core/result.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::runtime {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Engines, RefuseADatabaseUrlThatNoneServes) {
  for (const char* url : {"sqlite:", "sqlite::memory:", "patient.db", "mysql://host/patient", ""}) {
    const auto opened = open_database(url, {.service = "test"});
    ASSERT_FALSE(opened) << url;
    EXPECT_EQ(opened.error().code, core::Errc::invalid);
    EXPECT_THAT(opened.error().message, AllOf(HasSubstr(url), HasSubstr("sqlite:var/auth.db")));
    EXPECT_FALSE(database_url().accepts(url)) << url;
  }
}

TEST(Engines, RefuseAnEventLogUrlThatNoneServes) {
  for (const char* url : {"events.db", "embedded:", "rabbit://localhost"}) {
    const auto opened = open_event_log(url);
    ASSERT_FALSE(opened) << url;
    EXPECT_EQ(opened.error().code, core::Errc::invalid);
    EXPECT_THAT(opened.error().message, AllOf(HasSubstr(url), HasSubstr("embedded:var/events.db")));
    EXPECT_FALSE(event_log_url().accepts(url)) << url;
  }
}

TEST(Engines, OpenWhatTheUrlNames) {
  const testkit::TemporaryFolder folder;
  const std::string database = "sqlite:" + (folder / "patient.db").string();
  const std::string log = "embedded:" + (folder / "events.db").string();
  EXPECT_FALSE(database_exists(database));
  EXPECT_FALSE(event_log_exists(log));
  EXPECT_EQ(open_database(database, {.service = "test"}).value()->engine(), "sqlite");
  EXPECT_TRUE(open_event_log(log));
  EXPECT_TRUE(database_exists(database));
  EXPECT_TRUE(event_log_exists(log));
}

}  // namespace
}  // namespace pms::runtime
