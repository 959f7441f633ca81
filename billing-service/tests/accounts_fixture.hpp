// Runs the use cases on a real database in a folder of the test's own.
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>

#include "application/apply_patient_event.hpp"
#include "application/close_account.hpp"
#include "application/create_account.hpp"
#include "application/find_accounts.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "migrations.hpp"
#include "runtime/engines.hpp"
#include "storage/batched_account_changes.hpp"
#include "storage/sql_accounts.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::billing {

using namespace std::chrono_literals;
using core::Deadline;
using core::Errc;

inline std::unique_ptr<database::Database> open_test_database(const testkit::TemporaryFolder& folder) {
  auto opened = runtime::open_database("sqlite:" + (folder / "billing.db").string(), {.service = "billing-test"});
  if (!opened || !(*opened)->migrate(migrations())) return nullptr;
  return std::move(*opened);
}

class BillingAccounts : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(database_, nullptr); }

  static Deadline soon() { return Deadline::after(10s); }

  core::Result<BillingAccount> create(const std::string& patient_id, const std::string& name,
                                      std::int64_t patient_version = 0) {
    return loop_.run(create_(new_account(patient_id, name, patient_version), soon()));
  }
  static NewAccount new_account(const std::string& patient_id, const std::string& name,
                                std::int64_t patient_version = 0) {
    return {.patient_id = patient_id, .name = name, .email = "ada@example.com", .patient_version = patient_version};
  }
  static PatientChange change(PatientChange::Kind kind, const std::string& patient_id, const std::string& name,
                              std::int64_t version) {
    return {.kind = kind, .patient_id = patient_id, .name = name, .email = "ada@example.com", .version = version};
  }
  void apply(const PatientChange& change) {
    database::Batch batch;
    BatchedAccountChanges changes(batch);
    apply_(change, changes);
    const auto committed = loop_.run(database_->commit(std::move(batch), soon()));
    ASSERT_TRUE(committed) << committed.error().message;
  }
  /// Returns the only account of a patient.
  BillingAccount account_of(const std::string& patient_id) {
    const auto found = loop_.run(find_.of_patient(patient_id, soon()));
    EXPECT_TRUE(found);
    EXPECT_EQ(found->size(), 1U);
    return found && !found->empty() ? found->front() : BillingAccount();
  }
  std::map<std::string, BillingAccount> all_accounts() {
    std::map<std::string, BillingAccount> accounts;
    std::string after;
    do {
      auto page = loop_.run(find_.page(after, 100, soon()));
      EXPECT_TRUE(page);
      if (!page) break;
      for (auto& account : page->accounts) {
        const std::string patient_id = account.patient_id;
        EXPECT_TRUE(accounts.emplace(patient_id, std::move(account)).second) << "two accounts of " << patient_id;
      }
      after = page->next_after;
    } while (!after.empty());
    return accounts;
  }

  testkit::TemporaryFolder folder_;
  testkit::FakeClock clock_;
  testkit::TestLoop loop_;
  std::unique_ptr<database::Database> database_ = open_test_database(folder_);
  SqlAccounts accounts_{*database_};
  CreateAccount create_{accounts_, core::uuid_v7(), clock_};
  FindAccounts find_{accounts_};
  CloseAccount close_{accounts_, clock_};
  ApplyPatientEvent apply_{core::uuid_v7(), clock_};
};

}  // namespace pms::billing
