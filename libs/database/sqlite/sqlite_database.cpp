#include "database/sqlite/sqlite_database.hpp"

#include <atomic>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/sqlite/file.hpp"
#include "database/sqlite/migrate.hpp"
#include "database/sqlite/point_reader.hpp"
#include "database/sqlite/readers.hpp"
#include "database/sqlite/writer.hpp"
#include "telemetry/log.hpp"

namespace pms::database::sqlite {
namespace {

constexpr int reader_threads = 2;
constexpr std::chrono::seconds probe_interval{1};
constexpr std::string_view any_read = "SELECT count(*) FROM sqlite_schema";

/// Returns the error that a caller of query or commit may pass to a client. The driver's own
/// message names the file and is only for the log. Errors that concern the caller (a violation, a
/// passed deadline) stay as they are.
template <class T>
core::Result<T> without_file(core::Result<T> result) {
  if (result) return result;
  if (result.error().code == core::Errc::unavailable)
    result.error().message = "the database is temporarily unavailable; try again";
  if (result.error().code == core::Errc::storage_full) result.error().message = "no space left to store the change";
  return result;
}

class SqliteDatabase : public Database {
 public:
  SqliteDatabase(std::filesystem::path file, const Options& options, Connection writer, std::vector<Connection> readers)
      : file_(std::move(file)),
        identity_(identity_of(file_)),
        service_(options.service),
        busy_timeout_(options.busy_timeout),
        writer_(std::move(writer), options),
        readers_(std::move(readers), options),
        point_reader_(file_) {}

  core::Result<> migrate(std::span<const Migration> migrations) override {
    auto connection = Connection::open(file_, busy_timeout_);
    if (!connection) return std::unexpected(connection.error());
    return sqlite::migrate(*connection, migrations);
  }

  core::Task<core::Result<Rows>> query(const Statement& statement, Params params, Deadline deadline) override {
    if (statement.point_read) {
      if (auto rows = point_reader_.read(statement.sqlite, params)) co_return std::move(*rows);
    }
    auto rows = co_await read(statement.sqlite, std::move(params), deadline);
    if (!rows && rows.error().code == core::Errc::unavailable)
      telemetry::log(telemetry::Level::error, service_, "a read failed", {{"error", rows.error().message}});
    co_return without_file(std::move(rows));
  }

  core::Task<core::Result<BatchResult>> commit(Batch batch, Deadline deadline) override {
    auto committed = submit({.batch = std::move(batch), .deadline = deadline});
    co_return without_file(co_await std::move(committed));
  }

  core::Task<core::Result<>> ready(Deadline deadline) override {
    if (identity_of(file_) != identity_)
      co_return core::fail(core::Errc::unavailable,
                           file_.string() + " was removed or replaced: changes are written to a file that is gone");
    auto rows = co_await read(any_read, Params(), deadline, true);
    if (!rows) co_return std::unexpected(rows.error());
    if (writer_.is_full()) co_return co_await check_space(deadline);
    co_return core::Result<>();
  }

  std::string_view engine() const override { return "sqlite"; }

 private:
  core::Task<core::Result<BatchResult>> submit(Writer::Job job) {
    const core::Executor executor = co_await boost::asio::this_coro::executor;
    auto start = [&](Completion<BatchResult> done) {
      job.submitted = std::chrono::steady_clock::now();
      job.done = std::move(done);
      writer_.submit(std::move(job));
    };
    auto completed = completed_by<BatchResult>(executor, std::move(start));
    co_return co_await std::move(completed);
  }

  core::Task<core::Result<Rows>> read(std::string_view sql, Params params, Deadline deadline, bool from_file = false) {
    const core::Executor executor = co_await boost::asio::this_coro::executor;
    auto start = [&](Completion<Rows> done) {
      readers_.submit({.sql = sql,
                       .params = std::move(params),
                       .deadline = deadline,
                       .submitted = std::chrono::steady_clock::now(),
                       .done = std::move(done),
                       .from_file = from_file});
    };
    auto answered = completed_by<Rows>(executor, std::move(start));
    co_return co_await std::move(answered);
  }

  core::Task<core::Result<>> check_space(Deadline deadline) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    auto due = next_probe_.load();
    const auto next = now + core::SteadyTime::duration(probe_interval).count();
    if (now < due || !next_probe_.compare_exchange_strong(due, next))
      co_return core::fail(core::Errc::storage_full, "no space left to write " + file_.string());
    auto probe = submit({.deadline = deadline, .probes_space = true});
    auto probed = co_await std::move(probe);
    if (!probed) co_return std::unexpected(std::move(probed.error()));
    co_return core::Result<>();
  }

  const std::filesystem::path file_;
  const std::optional<FileIdentity> identity_;
  const std::string service_;
  const std::chrono::milliseconds busy_timeout_;
  std::atomic<core::SteadyTime::rep> next_probe_ = 0;
  Writer writer_;
  Readers readers_;
  PointReader point_reader_;
};

}  // namespace

core::Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, const Options& options) {
  if (auto there = ensure_file(file); !there) return std::unexpected(there.error());
  auto writer = Connection::open(file, options.busy_timeout);
  if (!writer) return std::unexpected(writer.error());
  std::vector<Connection> readers;
  for (int i = 0; i < reader_threads; ++i) {
    auto reader = Connection::open(file, options.busy_timeout);
    if (!reader) return std::unexpected(reader.error());
    readers.push_back(std::move(*reader));
  }
  return std::make_unique<SqliteDatabase>(file, options, std::move(*writer), std::move(readers));
}

}  // namespace pms::database::sqlite
