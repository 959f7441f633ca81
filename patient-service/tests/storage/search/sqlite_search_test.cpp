// Finding patients.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/text.hpp"
#include "storage/patient_store.hpp"
#include "storage/query_plan.hpp"
#include "storage/search/sqlite_statements.hpp"

namespace pms::patient {
namespace {

using Names = std::vector<std::string>;

constexpr std::array fields = {SortField::name, SortField::email, SortField::registered_date, SortField::date_of_birth};
constexpr std::array directions = {Direction::ascending, Direction::descending};

core::Task<core::Result<>> commit(database::Database& database, database::Batch batch) {
  auto result = co_await database.commit(std::move(batch), Deadline::never());
  if (!result) co_return std::unexpected(result.error());
  co_return core::Result<>();
}

class FindingPatients : public PatientStore {
 protected:
  void add_named(const Names& names) {
    for (const std::string& name : names) ASSERT_TRUE(add(patient(name, fmt::format("p{}@example.com", ++made_))));
  }
  Found search(const std::string& text, const Slice& slice = {.limit = 100}, std::int64_t counted = 10'000) {
    const Search search = search_for(text).value();
    return loop_.run(patients_->search(search, slice, counted, Deadline::never())).value();
  }
  Names found(const std::string& text) {
    Names names;
    for (const Patient& patient : search(text).patients) names.push_back(patient.name);
    return names;
  }
  /// Whether the index holds what the table holds.
  void expect_whole_index() {
    database::Batch check;
    check.add(database::Statement("INSERT INTO patient_search (patient_search, rank) VALUES ('integrity-check', 1)"));
    EXPECT_TRUE(loop_.run(commit(*database_, std::move(check))));
  }

  int made_ = 0;
};

TEST_F(FindingPatients, ByAnyPartOfTheNameWhateverItsCaseAndMarks) {
  add_named({"Zoë Müller", "Zoe\u0308 Muller", "Ana Ångström", "Łukasz Straße", "ﬁona İpek"});
  for (const char* text : {"zoe", "ZOË", "Zoe\u0308", "mull", "üll", "LLER"})
    EXPECT_EQ(found(text), (Names{"Zoë Müller", "Zoe\u0308 Muller"})) << text;
  EXPECT_EQ(found("angstrom"), Names{"Ana Ångström"});
  EXPECT_EQ(found("lukasz"), Names{"Łukasz Straße"});
  EXPECT_EQ(found("STRASSE"), Names{"Łukasz Straße"});
  EXPECT_EQ(found("fio"), Names{"ﬁona İpek"});
  EXPECT_EQ(found("ipek"), Names{"ﬁona İpek"});
  EXPECT_EQ(found("nobody"), Names());
}

TEST_F(FindingPatients, ByEveryTermInAnyOrder) {
  add_named({"Zoë Müller", "Zoë Smith", "Hans Müller"});
  for (const char* text : {"zoe muller", "muller zoe", "ller   zoe", "zoe zoe muller", "mu zo", "m z", "m zoe"})
    EXPECT_EQ(found(text), Names{"Zoë Müller"}) << text;
}

TEST_F(FindingPatients, ByShortTermsOnlyWhereAWordBegins) {
  add_named({"Ana Lovelace", "Bob O'Brien-Smith", "王小明", "김철수", "Ana - Maria", "🩺 Doe"});
  EXPECT_EQ(found("a"), (Names{"Ana - Maria", "Ana Lovelace"}));
  EXPECT_EQ(found("lo"), Names{"Ana Lovelace"});
  EXPECT_EQ(found("ve"), Names());
  EXPECT_EQ(found("br"), Names{"Bob O'Brien-Smith"});
  EXPECT_EQ(found("s"), Names{"Bob O'Brien-Smith"});
  EXPECT_EQ(found("o'"), Names{"Bob O'Brien-Smith"});
  EXPECT_EQ(found("明"), Names{"王小明"});
  EXPECT_EQ(found("小明"), Names{"王小明"});
  EXPECT_EQ(found("王明"), Names());
  EXPECT_EQ(found("철수"), Names{"김철수"});
  EXPECT_EQ(found("-"), Names{"Ana - Maria"});
  EXPECT_EQ(found("🩺"), Names{"🩺 Doe"});
}

TEST_F(FindingPatients, TakesEveryTextLiterally) {
  add_named({"Ana \"Any\" King", "100% *Bob*", "Under_score", "Zoe"});
  EXPECT_EQ(found("\"any\""), Names{"Ana \"Any\" King"});
  EXPECT_EQ(found("\""), Names{"Ana \"Any\" King"});
  EXPECT_EQ(found("0%"), Names());
  EXPECT_EQ(found("00%"), Names{"100% *Bob*"});
  EXPECT_EQ(found("*bob*"), Names{"100% *Bob*"});
  EXPECT_EQ(found("r_s"), Names{"Under_score"});
  for (const char* text : {"zoe OR ana", "zoe NOT ana", "zoe*", "^zoe", "name_search:zoe", "(zoe)", "zo%", "z_e",
                           "NEAR(zoe ana)", "zoe\"", "\" OR \"zoe", "{zoe", "+zoe", "'zoe", "zoe;", "zoe--", "\\zoe"})
    EXPECT_EQ(found(text), Names()) << text;
}

TEST_F(FindingPatients, TakesAsManyTermsAsFit) {
  add_named({"Ana", "a b c d e f"});
  std::string everything;
  for (int i = 0; i < 127; ++i) everything += fmt::format("{:c} ", 'a' + i % 26);
  EXPECT_EQ(found(everything), Names());
  EXPECT_EQ(found("f e d c b a"), Names{"a b c d e f"});
  std::string different;
  for (char c = '!'; c < '@'; ++c) different += fmt::format("{} {}{} ", c, c, c);
  EXPECT_EQ(found(different), Names());
}

TEST_F(FindingPatients, ByAWholeEmailWhateverItsCase) {
  ASSERT_TRUE(add(patient("Ana", "Ana.Zoë@Example.com")));
  EXPECT_EQ(found("ANA.ZOË@example.COM"), Names{"Ana"});
  EXPECT_EQ(found("ana.zoe@example.com"), Names());
  EXPECT_EQ(found("zoë@example.com"), Names());
  EXPECT_EQ(search("ana.zoë@example.com").total, 1);
  const Found second_page = search("ana.zoë@example.com", {.limit = 10, .offset = 10});
  EXPECT_EQ(second_page.total, 1);
  EXPECT_TRUE(second_page.patients.empty());
}

TEST_F(FindingPatients, FollowsRenamesAndDeletions) {
  const Patient ana = patient("Ana Lovelace", "ana@example.com");
  ASSERT_TRUE(add(ana));
  ASSERT_TRUE(update(ana.id, {.name = "Zoë King"}));
  EXPECT_EQ(found("lovelace"), Names());
  EXPECT_EQ(found("zoe"), Names{"Zoë King"});
  ASSERT_TRUE(update(ana.id, {.address = "2 Low Street"}));
  ASSERT_TRUE(update(ana.id, {.name = "ZOE KING"}));
  EXPECT_EQ(found("zoe"), Names{"ZOE KING"});
  ASSERT_FALSE(update(ana.id, {.name = "Bob"}, {{1}}));
  EXPECT_EQ(found("bob"), Names());
  expect_whole_index();
  ASSERT_TRUE(remove(ana.id));
  EXPECT_EQ(found("zoe"), Names());
  EXPECT_EQ(search("zoe").total, 0);
  EXPECT_TRUE(search("ana@example.com").patients.empty());
  ASSERT_TRUE(add(patient("Bob", "bob@example.com")));
  ASSERT_FALSE(add(patient("Bob", "BOB@example.com")));
  EXPECT_EQ(search("bob").total, 1);
  expect_whole_index();
}

TEST_F(FindingPatients, FindsTheOthersWhenAsManyDeletedOnesBeginWithTheTerm) {
  const Patient deleted = patient("Zoë King", "zoe@example.com");
  ASSERT_TRUE(add(deleted));
  add_named({"Ana Zoe"});
  EXPECT_EQ(found("zoe"), (Names{"Ana Zoe", "Zoë King"}));
  ASSERT_TRUE(remove(deleted.id));
  EXPECT_EQ(found("zoe"), Names{"Ana Zoe"});
}

TEST_F(FindingPatients, CountsUpToABoundAndOneMore) {
  add_named(Names(7, "Ana"));
  EXPECT_EQ(search("ana", {.limit = 2}, 10).total, 7);
  EXPECT_EQ(search("ana", {.limit = 2}, 7).total, 7);
  EXPECT_EQ(search("ana", {.limit = 2}, 6).total, 7);
  EXPECT_EQ(search("ana", {.limit = 2}, 3).total, 4);
}

/// Pages of what many match are not sorted whole, in one way or another.
class FindingManyPatients : public FindingPatients {
 protected:
  static constexpr std::int64_t patient_count = 3'000;

  FindingManyPatients() {
    static constexpr database::Statement insert(R"(
      INSERT INTO patient (id, version, change_id, name, email, email_key, registered_date, date_of_birth, name_search,
                           name_sort, created_at, updated_at)
      WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $1),
        named (number, name) AS (
          SELECT number,
                 CASE number % 5 WHEN 0 THEN 'zoe' WHEN 1 THEN 'mary' WHEN 2 THEN 'mary ann' ELSE 'ben' END || ' ' ||
                 CASE number % 7 WHEN 0 THEN 'smith' WHEN 1 THEN 'king' WHEN 2 THEN 'mary' ELSE 'masonson' END
          FROM numbers)
      SELECT printf('0190a8f0-0000-7000-8000-%012d', (number * 7919) % 100003), 1, 'c', name,
             replace(name, ' ', '.') || number || '@example.com', replace(name, ' ', '.') || number || '@example.com',
             printf('20%02d-01-01', number % 26),
             printf('19%02d-01-01', number % 90), '  ' || replace(name, ' ', '  '), name, 1, 1
      FROM named)");
    database::Batch batch;
    batch.add(insert, {patient_count});
    batch.add(database::Statement("UPDATE patient_counter SET live = live + $1 WHERE shard = 1"), {patient_count});
    EXPECT_TRUE(loop_.run(commit(*database_, std::move(batch))));
  }

  /// All whose name holds every part, in the order of the list.
  std::vector<Patient> expected(const Names& parts, SortField field, Direction direction) {
    std::vector<Patient> found;
    const Slice all{.field = field, .direction = direction, .limit = patient_count};
    const auto listed = loop_.run(patients_->list(all, Deadline::never())).value();
    for (const Patient& patient : listed)
      if (std::ranges::all_of(parts, [&](const std::string& part) { return (" " + patient.name).contains(part); }))
        found.push_back(patient);
    return found;
  }

  /// Compares a page with its piece of all that should be found.
  void expect_page(const std::string& text, const std::vector<Patient>& all, std::int64_t begin, const Slice& slice) {
    const Found page = search(text, slice);
    Names found, piece;
    for (const Patient& patient : page.patients) found.push_back(patient.id);
    for (std::int64_t i = begin; i < std::min(begin + slice.limit, std::ssize(all)); ++i)
      piece.push_back(all[static_cast<std::size_t>(i)].id);
    EXPECT_EQ(found, piece) << begin;
    EXPECT_EQ(page.total, std::ssize(all));
  }
};

TEST_F(FindingManyPatients, GivesThemInTheOrderOfTheListWhereverThePageBegins) {
  const std::vector<std::pair<std::string, Names>> searches = {{"mary", {"mary"}},
                                                               {"smith", {"smith"}},
                                                               {"son", {"son"}},
                                                               {"zo", {" zo"}},
                                                               {"m", {" m"}},
                                                               {"m z", {" m", " z"}},
                                                               {"ann mary", {"ann", "mary"}},
                                                               {"ma m mas mason son", {" mason"}},
                                                               {"ben smith", {"ben", "smith"}}};
  for (const auto& [text, parts] : searches) {
    for (const SortField field : fields) {
      for (const Direction direction : directions) {
        SCOPED_TRACE(fmt::format("{} {} {}", text, static_cast<int>(field), static_cast<int>(direction)));
        const auto all = expected(parts, field, direction);
        ASSERT_GT(all.size(), 30U);
        for (const std::int64_t offset : {0, 3, 100, 500, 2'990})
          expect_page(text, all, offset, {.field = field, .direction = direction, .limit = 7, .offset = offset});
        for (const std::int64_t last : {0, 4, 29}) {
          Slice after{.field = field, .direction = direction, .limit = 7};
          after.after = &all[static_cast<std::size_t>(last)];
          expect_page(text, all, last + 1, after);
        }
      }
    }
  }
}

TEST_F(FindingPatients, ReadsNoMoreThanItNeeds) {
  const std::string counting = plan_of(*database_, loop_, count_matches_and_beginnings(), 4);
  EXPECT_NE(counting.find("SCAN patient_search VIRTUAL TABLE"), std::string::npos) << counting;
  EXPECT_NE(counting.find("SEARCH patient USING INDEX patient_by_name (name_sort>? AND name_sort<?)"),
            std::string::npos)
      << counting;
  for (const SortField field : fields) {
    for (const Direction direction : directions) {
      for (const Begin begin : {Begin::from_number, Begin::after_patient}) {
        const Order order{.field = field, .direction = direction, .begin = begin};
        const std::size_t place = begin == Begin::after_patient ? 3 : 2;
        const std::string sorting = plan_of(*database_, loop_, sort_matches(order), place + 1);
        EXPECT_NE(sorting.find("SCAN patient_search VIRTUAL TABLE"), std::string::npos) << sorting;
        EXPECT_NE(sorting.find("SEARCH patient USING INTEGER PRIMARY KEY (rowid=?)"), std::string::npos) << sorting;
        EXPECT_EQ(sorting.find("SCAN patient "), std::string::npos) << sorting;

        const std::string looking =
            plan_of(*database_, loop_, search_in_order(order), place + 1 + max_needles_in_order);
        EXPECT_TRUE(looking.starts_with("SEARCH patient USING INDEX patient_by_")) << looking;
        EXPECT_EQ(looking.find("TEMP B-TREE"), std::string::npos) << looking;

        if (field != SortField::name) continue;
        const std::string joining = plan_of(*database_, loop_, join_beginnings(order), place + 3);
        EXPECT_NE(joining.find("MERGE (UNION ALL)"), std::string::npos) << joining;
        EXPECT_NE(joining.find("SEARCH patient USING INDEX patient_by_name (name_sort>? AND name_sort<?)"),
                  std::string::npos)
            << joining;
        EXPECT_EQ(joining.find("SCAN patient "), std::string::npos) << joining;
      }
    }
  }
}

}  // namespace
}  // namespace pms::patient
