// Tests the properties of SQLite's file: its permissions, and the errors for a file that is not
// usable.
#include <chrono>
#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "child_process.hpp"
#include "conformance.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "telemetry/log.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::database {
namespace {

using core::Errc;
using testing::AllOf;
using testing::HasSubstr;

class SqliteFile : public testing::Test {
 protected:
  std::string error_of_opening(const std::filesystem::path& file) {
    auto opened = sqlite::open(file, {.service = "test"});
    if (opened) return "opened";
    EXPECT_EQ(opened.error().code, Errc::unavailable);
    return opened.error().message;
  }
  testkit::TemporaryFolder folder_;
};

mode_t permissions(const std::filesystem::path& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

TEST_F(SqliteFile, IsForItsOwnerOnly) {
  const auto file = folder_ / "var" / "data" / "patient.db";
  auto database = sqlite::open(file, {.service = "test"});
  ASSERT_TRUE(database) << database.error().message;
  ASSERT_TRUE((*database)->migrate(test_migrations()));
  EXPECT_EQ(permissions(folder_ / "var"), 0700U);
  EXPECT_EQ(permissions(folder_ / "var" / "data"), 0700U);
  EXPECT_EQ(permissions(file), 0600U);
  EXPECT_EQ(permissions(file.string() + "-wal"), 0600U);
  EXPECT_EQ(permissions(file.string() + "-shm"), 0600U);
}

TEST_F(SqliteFile, ThatIsSomethingElseIsRefused) {
  const auto file = folder_ / "letter.db";
  std::ofstream(file) << std::string(5'000, 'x');
  EXPECT_EQ(error_of_opening(file), file.string() + " is not a SQLite database");
}

TEST_F(SqliteFile, ThatIsAFolderIsRefused) {
  EXPECT_EQ(error_of_opening(folder_.path()), folder_.path().string() + " is not a file");
}

TEST_F(SqliteFile, BelowAFileIsRefused) {
  std::ofstream(folder_ / "file") << "text";
  EXPECT_THAT(error_of_opening(folder_ / "file" / "patient.db"),
              AllOf(HasSubstr((folder_ / "file").string()), HasSubstr("Not a directory")));
}

/// Overwrites every page except the first.
void damage(const std::filesystem::path& file) {
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file));
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(4'096);
  stream << std::string(static_cast<std::size_t>(size - 4'096), '\xee');
}

TEST_F(SqliteFile, ThatIsDamagedIsNamedInTheLogAndNotToTheCaller) {
  const auto file = folder_ / "patient.db";
  {
    auto database = sqlite::open(file, {.service = "test"});
    ASSERT_TRUE(database);
    ASSERT_TRUE((*database)->migrate(test_migrations()));
  }
  damage(file);
  testkit::TestLoop loop;
  auto database = sqlite::open(file, {.service = "test"});
  ASSERT_TRUE(database);
  testing::internal::CaptureStderr();
  telemetry::start_logging(telemetry::Level::error, "json");
  auto rows = loop.run(query(**database, count_patients, {}, Deadline::never()));
  EXPECT_TRUE(telemetry::flush_log(std::chrono::seconds(10)));
  const std::string log = testing::internal::GetCapturedStderr();
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Errc::unavailable);
  EXPECT_EQ(rows.error().message, "the database is temporarily unavailable; try again");
  EXPECT_NE(log.find(file.string() + " is damaged: restore it from a backup"), std::string::npos) << log;
}

class SqliteFileInUse : public SqliteFile {
 protected:
  SqliteFileInUse() {
    start();
    database_->migrate(test_migrations()).value();
    database_.reset();  // the last close moves the whole log into the file
    start();
    loop_.run(ready(*database_, Deadline::never())).value();
  }
  void start() {
    auto opened = sqlite::open(file_, {.service = "test"});
    database_ = std::move(opened.value());
  }
  std::string error_of_readiness() {
    const auto answer = loop_.run(ready(*database_, Deadline::never()));
    return answer ? "ready" : answer.error().message;
  }
  std::filesystem::path file_ = folder_ / "patient.db";
  testkit::TestLoop loop_;
  std::unique_ptr<Database> database_;
};

TEST_F(SqliteFileInUse, IsNotReadyOnceItIsRemoved) {
  std::filesystem::remove(file_);
  EXPECT_EQ(error_of_readiness(),
            file_.string() + " was removed or replaced: changes are written to a file that is gone");
}

TEST_F(SqliteFileInUse, IsNotReadyOnceAnotherIsInItsPlace) {
  std::filesystem::copy_file(file_, folder_ / "another.db");
  std::filesystem::rename(folder_ / "another.db", file_);
  EXPECT_THAT(error_of_readiness(), HasSubstr("removed or replaced"));
}

TEST_F(SqliteFileInUse, IsNotReadyOnceItIsDamaged) {
  std::fstream(file_, std::ios::in | std::ios::out | std::ios::binary) << std::string(4'096, '\xee');
  EXPECT_THAT(error_of_readiness(), HasSubstr(file_.string()));
}

/// Returns the error of opening the file in a process without root's privileges, which would
/// override permissions.
std::string error_without_rights(const std::filesystem::path& file) {
  std::string answer;
  ChildProcess child([&](int out) {
    if (geteuid() == 0 && setuid(65'534) != 0) return;
    auto opened = sqlite::open(file, {.service = "test"});
    write_line(out, opened ? "opened" : opened.error().message);
  });
  child.read_line(answer);
  return answer;
}

TEST_F(SqliteFile, InAFolderThatCanNotBeWrittenIsRefused) {
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
  const auto file = folder_ / "patient.db";
  EXPECT_EQ(error_without_rights(file), "cannot create " + file.string() + ": Permission denied");
  EXPECT_EQ(error_without_rights(folder_ / "var" / "patient.db"),
            "cannot create the folder " + (folder_ / "var").string() + ": Permission denied");
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0700));
}

TEST_F(SqliteFile, ThatCanNotBeWrittenIsRefused) {
  const auto file = folder_ / "patient.db";
  ASSERT_TRUE(sqlite::open(file, {.service = "test"}));
  std::filesystem::permissions(file, std::filesystem::perms(0444));
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  EXPECT_EQ(error_without_rights(file), "cannot write " + file.string() + ": it, or its folder, is read-only");
}

}  // namespace
}  // namespace pms::database
