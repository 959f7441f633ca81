// Finding patients.
#include "core/text.hpp"
#include "storage/patient_store.hpp"
#include "storage/query_plan.hpp"
#include "storage/search_statements.hpp"

namespace pms::patient {
namespace {

using Names = std::vector<std::string>;

constexpr std::array fields = {SortField::name, SortField::email, SortField::registered_date, SortField::date_of_birth};
constexpr std::array directions = {Direction::ascending, Direction::descending};

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
    auto run = [](database::Database& database, database::Batch batch) -> core::Task<core::Result<>> {
      auto result = co_await database.commit(std::move(batch), Deadline::never());
      if (!result) co_return std::unexpected(result.error());
      co_return core::Result<>();
    };
    EXPECT_TRUE(loop_.run(run(*database_, std::move(check))));
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
  for (const char* text :
       {"zoe OR ana", "zoe NOT ana", "zoe*", "^zoe", "name_search:zoe", "(zoe)", "zo%", "z_e", "NEAR(zoe ana)", "zoe\"",
        "\" OR \"zoe", "{zoe", "+zoe", "'zoe", "zoe;", "zoe--", "\\zoe"})
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

TEST_F(FindingPatients, CountsUpToABoundAndOneMore) {
  add_named(Names(7, "Ana"));
  EXPECT_EQ(search("ana", {.limit = 2}, 10).total, 7);
  EXPECT_EQ(search("ana", {.limit = 2}, 7).total, 7);
  EXPECT_EQ(search("ana", {.limit = 2}, 6).total, 7);
  EXPECT_EQ(search("ana", {.limit = 2}, 3).total, 4);
}

/// The same page is found in another way when there are more matches than are counted.
class FindingManyPatients : public FindingPatients {
 protected:
  FindingManyPatients() {
    const Names given = {"Mary", "Zoë", "Ana Mary", "Øyvind", "Marianne", "Lo", "李明"};
    const Names family = {"King", "Smith", "Mason-King", "Zola", "Müller", "de la Mary"};
    for (const std::string& name : given)
      for (const std::string& surname : family) add_named({name + " " + surname, name + " " + surname});
    for (int i = 0; i < 40; ++i) add_named({"Ben Smithson"});
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(remove(search("Ben").patients[static_cast<std::size_t>(i)].id));
  }

  std::vector<std::string> ids(const std::string& text, const Slice& slice, std::int64_t counted) {
    std::vector<std::string> ids;
    for (const Patient& patient : search(text, slice, counted).patients) ids.push_back(patient.id);
    return ids;
  }
  std::vector<std::string> walk(const std::string& text, Slice slice, std::int64_t counted) {
    std::vector<std::string> ids;
    Patient last;
    for (auto page = search(text, slice, counted).patients; !page.empty();
         page = search(text, slice, counted).patients) {
      for (const Patient& patient : page) ids.push_back(patient.id);
      last = page.back();
      slice.after = &last;
    }
    return ids;
  }
  void expect_the_same_for_each_way(const std::string& text) {
    for (const SortField field : fields) {
      for (const Direction direction : directions) {
        SCOPED_TRACE(fmt::format("{} {} {}", text, static_cast<int>(field), static_cast<int>(direction)));
        const Slice all{.field = field, .direction = direction, .limit = 200};
        const auto expected = ids(text, all, 10'000);
        ASSERT_FALSE(expected.empty());
        for (const std::int64_t counted : {0, 5, 30}) {
          std::vector<std::string> by_number;
          for (std::int64_t offset = 0; offset < 200; offset += 7) {
            const Slice slice{.field = field, .direction = direction, .limit = 7, .offset = offset};
            for (const auto& id : ids(text, slice, counted)) by_number.push_back(id);
          }
          EXPECT_EQ(by_number, expected);
          EXPECT_EQ(walk(text, {.field = field, .direction = direction, .limit = 7}, counted), expected);
        }
      }
    }
  }
};

TEST_F(FindingManyPatients, GivesTheSamePagesInEachWay) {
  for (const char* text :
       {"mary", "smith", "son", "zo", "z", "o", "m k", "mary mason", "明", "ben", "oy", "d de l la m", "king mary an ana"})
    expect_the_same_for_each_way(text);
}

TEST_F(FindingManyPatients, InTheOrderOfTheList) {
  for (const SortField field : fields) {
    for (const Direction direction : directions) {
      Names expected;
      for (const std::string& name : names({.field = field, .direction = direction, .limit = 200}))
        if (core::fold_for_search(name).find("mary") != std::string::npos) expected.push_back(name);
      Names names;
      for (const Patient& patient : search("mary", {.field = field, .direction = direction, .limit = 200}).patients)
        names.push_back(patient.name);
      EXPECT_EQ(names, expected);
    }
  }
}

TEST_F(FindingPatients, ReadsNoMoreThanItNeeds) {
  for (const SortField field : fields) {
    for (const Direction direction : directions) {
      for (const Begin begin : {Begin::from_number, Begin::behind}) {
        const Order order{.field = field, .direction = direction, .begin = begin};
        const std::size_t place = begin == Begin::behind ? 3 : 2;
        const std::string sorting = plan_of(*database_, loop_, sort_matches(order), place + 1);
        EXPECT_NE(sorting.find("SCAN patient_search VIRTUAL TABLE"), std::string::npos) << sorting;
        EXPECT_NE(sorting.find("SEARCH patient USING INTEGER PRIMARY KEY (rowid=?)"), std::string::npos) << sorting;
        EXPECT_EQ(sorting.find("SCAN patient "), std::string::npos) << sorting;

        const std::string looking = plan_of(*database_, loop_, search_in_order(order), place + 1 + needles_in_order);
        EXPECT_TRUE(looking.starts_with("SEARCH patient USING INDEX patient_by_")) << looking;
        EXPECT_EQ(looking.find("TEMP B-TREE"), std::string::npos) << looking;

        if (field != SortField::name) continue;
        const std::string joining = plan_of(*database_, loop_, join_beginnings(order), place + 3);
        EXPECT_NE(joining.find("MERGE (UNION ALL)"), std::string::npos) << joining;
        EXPECT_NE(joining.find("SEARCH patient USING INDEX patient_by_name (name_sort>? AND name_sort<?)"), std::string::npos) << joining;
        EXPECT_EQ(joining.find("SCAN patient "), std::string::npos) << joining;
      }
    }
  }
}

}  // namespace
}  // namespace pms::patient
