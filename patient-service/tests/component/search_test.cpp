// GET /patients?searchValue=….
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/running_service.hpp"
#include "security/base64url.hpp"

namespace pms::patient {
namespace {

using Names = std::vector<std::string>;

std::string encoded(std::string_view text) { return boost::urls::encode(text, boost::urls::unreserved_chars); }

Names names_of(const testkit::Answer& answer) {
  Names names;
  const auto json = answer.json();
  for (const auto& patient : json.at("patients").as_array()) names.emplace_back(patient.at("name").as_string());
  return names;
}

class SearchingPatients : public RunningService {
 protected:
  void make(const Names& names) {
    std::vector<std::future<testkit::Answer>> starting;
    for (const std::string& name : names) {
      const PatientBody body{.name = name, .email = fmt::format("p{}@example.com", ++made_)};
      starting.push_back(client().start("POST", "/patients", body.json()));
    }
    for (auto& answer : starting) ASSERT_EQ(answer.get().status, 201);
  }
  testkit::Answer search(std::string_view text, const std::string& more = {}) {
    return get("/patients?searchValue=" + encoded(text) + more);
  }
  /// `count` patients called Common, written past the service: it would take its time.
  void make_common(std::int64_t count) {
    static constexpr database::Statement insert(R"(
      INSERT INTO patient (id, version, change_id, name, registered_date, name_search, name_sort, created_at, updated_at)
      WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $1)
      SELECT printf('0190a8f0-0000-7000-8000-%012d', number), 1, 'c', 'Common', '2024-01-01', '  common', 'common', 1, 1
      FROM numbers)");
    database::Batch batch;
    batch.add(insert, {count});
    write(std::move(batch));
  }

  int made_ = 0;
};

TEST_F(SearchingPatients, FindsPartsOfNamesWithTheirTotals) {
  make({"Zoë Müller", "Zoe Smith", "Ana Zoege", "Bob King"});
  const auto answer = search("zoe");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(names_of(answer), (Names{"Ana Zoege", "Zoë Müller", "Zoe Smith"}));
  EXPECT_EQ(answer.json().at("totalElements"), 3);
  EXPECT_EQ(answer.json().at("totalPages"), 1);
  EXPECT_FALSE(answer.json().as_object().contains("totalElementsIsLowerBound"));
  EXPECT_EQ(names_of(search("muller zoe")), Names{"Zoë Müller"});
  EXPECT_EQ(names_of(get("/patients?searchValue=m+zo")), Names{"Zoë Müller"});
}

TEST_F(SearchingPatients, FindsAWholeEmailWhateverItsCase) {
  create({.name = "Ana", .email = "Ana@Example.com"});
  make({"Bob"});
  EXPECT_EQ(names_of(search("aNA@exAMPLE.com")), Names{"Ana"});
  EXPECT_EQ(names_of(search(" ana@example.com ")), Names{"Ana"});
  EXPECT_EQ(search("ana@example.com").json().at("totalElements"), 1);
  EXPECT_EQ(names_of(search("na@example.com")), Names());
  EXPECT_EQ(names_of(search("ana@example.com", "&page=2")), Names());
}

TEST_F(SearchingPatients, FindsNobodyWithTotalsOfNothing) {
  make({"Ana"});
  EXPECT_EQ(search("zoe").response.body, R"({"patients":[],"page":1,"size":10,"totalPages":0,"totalElements":0})");
}

TEST_F(SearchingPatients, TakesABlankSearchAsNone) {
  make({"Ana", "Bob"});
  for (const char* blank : {"", "   ", "\u00a0", "\u200b"}) EXPECT_EQ(search(blank).json(), get("/patients").json());
}

TEST_F(SearchingPatients, PagesByNumberAndByCursorInEveryOrder) {
  Names names;
  for (int i = 0; i < 30; ++i) names.push_back(fmt::format("Zoë {}", static_cast<char>('A' + i % 7)));
  make(names);
  make({"Bob", "Ana"});
  for (const std::string field : {"name", "email", "registeredDate", "dateOfBirth"}) {
    for (const std::string direction : {"asc", "desc"}) {
      const std::string order = "&sortField=" + field + "&sort=" + direction;
      Names expected;
      for (const auto& name : names_of(get("/patients?size=100" + order)))
        if (name.starts_with("Zoë")) expected.push_back(name);
      Names by_page, by_cursor;
      for (int page = 1; page <= 5; ++page)
        for (const auto& name : names_of(search("zoe", fmt::format("&size=7&page={}{}", page, order))))
          by_page.push_back(name);
      EXPECT_EQ(by_page, expected) << order;
      std::string query = "?searchValue=zoe&size=7" + order;
      while (!query.empty()) {
        const auto answer = get("/patients" + query);
        ASSERT_EQ(answer.status, 200) << answer.response.body;
        EXPECT_EQ(answer.json().at("totalElements"), 30);
        EXPECT_EQ(answer.json().at("totalPages"), 5);
        for (const auto& name : names_of(answer)) by_cursor.push_back(name);
        const std::string link = answer.header("Link");
        query = link.empty() ? "" : link.substr(1, link.find('>') - 1);
      }
      EXPECT_EQ(by_cursor, expected) << order;
    }
  }
}

TEST_F(SearchingPatients, CarriesTheSearchInTheCursor) {
  make({"Ana, Zoë", "Ana, Zoë"});
  const std::string link = search("zoë ANA,", "&size=1").header("Link");
  const std::string prefix = "<?cursor=";
  ASSERT_TRUE(link.starts_with(prefix));
  const auto cursor = security::base64url_decode(link.substr(prefix.size(), link.find('>') - prefix.size()));
  EXPECT_TRUE(cursor.value().ends_with(",1,zoë ANA,")) << *cursor;
}

TEST_F(SearchingPatients, CountsTenThousandAndSaysThatThereAreMore) {
  make_common(10'000);
  auto json = search("common", "&size=100").json().as_object();
  EXPECT_EQ(json.at("totalElements"), 10'000);
  EXPECT_FALSE(json.contains("totalElementsIsLowerBound"));

  make({"Common Zoë", "Not So Common"});
  for (const std::string field : {"name", "email", "registeredDate", "dateOfBirth"}) {
    json = search("common", "&size=100&sortField=" + field).json().as_object();
    EXPECT_EQ(json.at("totalElements"), 10'000);
    EXPECT_EQ(json.at("totalPages"), 100);
    EXPECT_EQ(json.at("totalElementsIsLowerBound"), true);
    EXPECT_EQ(json.at("patients").as_array().size(), 100U);
  }
  EXPECT_EQ(names_of(search("common", "&sort=desc&size=2")), (Names{"Not So Common", "Common Zoë"}));
  EXPECT_EQ(names_of(search("common", "&page=10002&size=1")), Names{"Not So Common"});
  EXPECT_TRUE(names_of(search("common", "&page=10003&size=1")).empty());
}

TEST_F(SearchingPatients, RefusesWhatCanNotBeASearchByName) {
  for (const std::string bad : {"a%00b", "a%09b", "a%7f", "%c2%85", "%ff", "a%0a"}) {
    const auto answer = get("/patients?searchValue=" + bad);
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_EQ(answer.problem_fields(), Names{"searchValue"}) << bad;
  }
  EXPECT_EQ(search(std::string(254, 'a')).status, 200);
  const auto answer = search(std::string(255, 'a'), "&page=0");
  EXPECT_EQ(answer.problem_fields(), (Names{"page", "searchValue"}));
  EXPECT_NE(answer.response.body.find("at most 254 characters"), std::string::npos);
}

TEST_F(SearchingPatients, FindsNamesOfAllScriptsWhateverTheirComposition) {
  const Names names = {"Zoe\u0308 Nuñez", "مريم بنت عبد الله", "מרים כהן", "王小明", "さとう ゆき",
                       "김철수",          "Işık İnan",         "Groß",     "ﬁona",   "🩺 Dr. 𝒜da",
                       "Нина Ёлкина",     "Nguyễn Thị Ánh"};
  make(names);
  const std::vector<std::pair<std::string, std::string>> searches = {{"Zo\u00eb nun\u0303ez", names[0]},
                                                                     {"مريم", names[1]},
                                                                     {"كهن", ""},
                                                                     {"כהן", names[2]},
                                                                     {"小明", names[3]},
                                                                     {"ゆき", names[4]},
                                                                     {"\u110e\u1165\u11af", names[5]},
                                                                     {"ISIK inan", names[6]},
                                                                     {"GROSS", names[7]},
                                                                     {"groß", names[7]},
                                                                     {"FIONA", names[8]},
                                                                     {"🩺 ada", names[9]},
                                                                     {"елкина", names[10]},
                                                                     {"nguyen anh", names[11]}};
  for (const auto& [text, name] : searches)
    EXPECT_EQ(names_of(search(text)), name.empty() ? Names() : Names{name}) << text;
}

}  // namespace
}  // namespace pms::patient
