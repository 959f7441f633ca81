// Tests that a patient always has one account in the right state, regardless of which of the
// patient's changes reach billing, in which order and how often.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <vector>

#include "accounts_fixture.hpp"
#include "core/result.hpp"

namespace pms::billing {
namespace {

enum Step : char { grpc_create = 'g', created = 'c', updated = 'u', deleted = 'd' };

/// Describes a patient whose changes arrive as these steps in this order. The string is also the
/// patient's id.
using Story = std::string;

/// Returns every order of every choice of steps, in which each step occurs twice.
std::vector<Story> all_stories() {
  constexpr std::string_view steps = "gcud";
  std::vector<Story> stories;
  for (unsigned choice = 1; choice < 1U << steps.size(); ++choice) {
    Story story;
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (choice & 1U << i) story.append(2, steps[i]);
    std::sort(story.begin(), story.end());
    do {
      stories.push_back(story);
    } while (std::next_permutation(story.begin(), story.end()));
  }
  return stories;
}

bool tells(const Story& story, Step step) { return story.find(step) != Story::npos; }

class AnyOrder : public BillingAccounts, public testing::WithParamInterface<std::int64_t> {
 protected:
  /// Delivers the step at `position` of all stories: the calls concurrently, the events as one
  /// batch.
  void tell(const std::vector<Story>& stories, std::size_t position) {
    database::Batch events;
    BatchedAccountChanges changes(events);
    std::vector<std::future<core::Result<BillingAccount>>> calls;
    for (const Story& story : stories) {
      if (position >= story.size()) continue;
      switch (static_cast<Step>(story[position])) {
        case grpc_create:
          calls.push_back(loop_.start(create_(new_account(story, "created", GetParam()), soon())));
          break;
        case created:
          apply_(change(PatientChange::Kind::created, story, "created", 1), changes);
          break;
        case updated:
          apply_(change(PatientChange::Kind::updated, story, "updated", 2), changes);
          break;
        case deleted:
          apply_(change(PatientChange::Kind::deleted, story, "deleted", 3), changes);
          break;
      }
    }
    for (auto& call : calls) ASSERT_TRUE(call.get());
    const auto committed = loop_.run(database_->commit(std::move(events), soon()));
    ASSERT_TRUE(committed) << committed.error().message;
  }

  static std::string expected_name(const Story& story) {
    return tells(story, deleted) ? "deleted" : tells(story, updated) ? "updated" : "created";
  }
  static std::int64_t expected_patient_version(const Story& story) {
    return tells(story, deleted) ? 3 : tells(story, updated) ? 2 : tells(story, created) ? 1 : GetParam();
  }
};

TEST_P(AnyOrder, EndsWithOneAccountInTheStateOfTheNewestChange) {
  const std::vector<Story> stories = all_stories();
  ASSERT_EQ(stories.size(), 4U + 6 * 6 + 4 * 90 + 2520);
  for (std::size_t position = 0; position < 8; ++position) tell(stories, position);

  const auto accounts = all_accounts();
  ASSERT_EQ(accounts.size(), stories.size());
  for (const Story& story : stories) {
    const BillingAccount& account = accounts.at(story);
    EXPECT_EQ(to_string(account.status), tells(story, deleted) ? "CLOSED" : "ACTIVE") << story;
    EXPECT_EQ(account.name, expected_name(story)) << story;
    EXPECT_EQ(account.patient_version, expected_patient_version(story)) << story;
  }
}

// The two values stand for callers that know the patient's version, and for clients of the earlier
// system, which do not.
INSTANTIATE_TEST_SUITE_P(PatientVersionOfGrpcCreate, AnyOrder, testing::Values(1, 0));

}  // namespace
}  // namespace pms::billing
