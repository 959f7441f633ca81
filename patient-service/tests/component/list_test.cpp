// GET /patients.
#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "component/running_service.hpp"
#include "core/text.hpp"
#include "core/time.hpp"
#include "security/base64url.hpp"

namespace pms::patient {
namespace {

std::vector<std::string> ids_of(const testkit::Answer& answer) {
  std::vector<std::string> ids;
  const auto json = answer.json();
  for (const auto& patient : json.at("patients").as_array()) ids.emplace_back(patient.at("id").as_string());
  return ids;
}

/// The target of Link: <…>; rel="next", or nothing.
std::string next_of(const testkit::Answer& answer) {
  const std::string link = answer.header("Link");
  const auto end = link.find(">; rel=\"next\"");
  return end == std::string::npos ? std::string() : link.substr(1, end - 1);
}

class ListingPatients : public RunningService {
 protected:
  struct Made {
    std::string id, name, email, registered, born;
  };

  /// `count` patients, with many ties in every field but the e-mail.
  void make_patients(int count) {
    static constexpr std::array names = {"Zoë", "zoe", "Émile", "Ana", "ana", "Ørsted", "王小明", "Bob", "bób", "Ćwik"};
    std::vector<std::future<testkit::Answer>> starting;
    for (int i = 0; i < count; ++i) {
      Made made;
      made.name = names[static_cast<std::size_t>(i * 7) % names.size()];
      made.email = fmt::format("{}{}@example.com", i % 2 == 0 ? "P" : "p", (i * 37) % 1000);
      made.registered = fmt::format("2024-0{}-15", 1 + i % 9);
      made.born = fmt::format("19{}-06-15", 50 + i % 50);
      made_.push_back(made);
      const PatientBody body{
          .name = made.name, .email = made.email, .date_of_birth = made.born, .registered_date = made.registered};
      starting.push_back(client().start("POST", "/patients", body.json()));
    }
    for (std::size_t i = 0; i < starting.size(); ++i) {
      const auto answer = starting[i].get();
      ASSERT_EQ(answer.status, 201) << answer.response.body;
      made_[i].id = answer.json().at("id").as_string();
    }
  }

  /// All ids in the order that the list must have.
  std::vector<std::string> expected(const std::string& field, const std::string& direction) const {
    std::vector<std::pair<std::string, std::string>> keys;
    for (const Made& made : made_) {
      const std::string key = field == "name"             ? core::fold_for_sort(made.name)
                              : field == "email"          ? core::email_key(made.email)
                              : field == "registeredDate" ? made.registered
                                                          : made.born;
      keys.emplace_back(key, made.id);
    }
    std::ranges::sort(keys);
    if (direction == "desc") std::ranges::reverse(keys);
    std::vector<std::string> ids;
    for (const auto& [key, id] : keys) ids.push_back(id);
    return ids;
  }

  void expect_refused(const std::string& query, const std::vector<std::string>& fields) {
    const auto answer = get("/patients?" + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << query;
    EXPECT_EQ(answer.problem_fields(), fields) << query << answer.response.body;
  }

  std::vector<Made> made_;
};

TEST_F(ListingPatients, IsEmptyAtFirst) {
  const auto answer = get("/patients");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.response.body, R"({"patients":[],"page":1,"size":10,"totalPages":0,"totalElements":0})");
  EXPECT_TRUE(answer.header("Link").empty());
}

TEST_F(ListingPatients, ShowsTheFirstTenByNameUnlessTold) {
  make_patients(25);
  const auto answer = get("/patients");
  EXPECT_EQ(answer.json(), get("/patients?page=1&size=10&sort=asc&sortField=name").json());
  EXPECT_EQ(answer.json().at("totalElements"), 25);
  EXPECT_EQ(answer.json().at("totalPages"), 3);
  EXPECT_EQ(answer.json().at("size"), 10);
  const auto all = expected("name", "asc");
  EXPECT_EQ(ids_of(answer), std::vector<std::string>(all.begin(), all.begin() + 10));
  EXPECT_EQ(answer.json().at("patients").at(0), get("/patients/" + all[0]).json());
}

TEST_F(ListingPatients, GivesEachOnceInOrderByPageAndByCursorForEverySortFieldAndDirection) {
  make_patients(250);
  for (const std::string field : {"name", "email", "registeredDate", "dateOfBirth"}) {
    for (const std::string direction : {"asc", "desc"}) {
      const auto all = expected(field, direction);
      std::vector<std::string> by_page, by_cursor;
      for (int page = 1; page <= 7; ++page) {
        const auto answer = get(fmt::format("/patients?size=37&sort={}&sortField={}&page={}", direction, field, page));
        for (const auto& id : ids_of(answer)) by_page.push_back(id);
        EXPECT_EQ(next_of(answer).empty(), page == 7);
      }
      EXPECT_EQ(by_page, all) << field << direction;
      std::string query = fmt::format("?size=37&sort={}&sortField={}", direction, field);
      for (int page = 1; !query.empty(); ++page) {
        const auto answer = get("/patients" + query);
        ASSERT_EQ(answer.status, 200) << answer.response.body;
        EXPECT_EQ(answer.json().at("page"), page);
        EXPECT_EQ(answer.json().at("size"), 37);
        EXPECT_EQ(answer.json().at("totalPages"), 7);
        EXPECT_EQ(answer.json().at("totalElements"), 250);
        for (const auto& id : ids_of(answer)) by_cursor.push_back(id);
        query = next_of(answer);
      }
      EXPECT_EQ(by_cursor, all) << field << direction;
    }
  }
}

TEST_F(ListingPatients, GoesOnBehindACursorThoughPatientsComeInBeforeIt) {
  make_patients(20);
  const auto all = expected("registeredDate", "asc");
  const auto first = get("/patients?size=10&sortField=registeredDate");
  create({.email = "early@example.com", .registered_date = "1999-01-01"});
  EXPECT_EQ(ids_of(get("/patients" + next_of(first))), std::vector<std::string>(all.begin() + 10, all.end()));
}

TEST_F(ListingPatients, PutsNoPersonalDataIntoACursor) {
  make_patients(3);
  for (const std::string field : {"name", "email", "registeredDate", "dateOfBirth"}) {
    const auto answer = get("/patients?size=2&sortField=" + field);
    const std::string last = ids_of(answer).back();
    const auto cursor = security::base64url_decode(next_of(answer).substr(std::string("?cursor=").size()));
    EXPECT_EQ(cursor, fmt::format("1,2,2,asc,{},{},1,", field, last));
  }
}

TEST_F(ListingPatients, IsEmptyBehindItsEnd) {
  make_patients(3);
  const auto answer = get("/patients?page=2");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(ids_of(answer).empty());
  EXPECT_EQ(answer.json().at("totalElements"), 3);
  EXPECT_EQ(get("/patients?page=1000&size=100").status, 200);
}

TEST_F(ListingPatients, RefusesBadPaging) {
  for (const std::string page : {"0", "-1", "1.5", "x", "", "99999999999999999999", "+1", "%201"})
    expect_refused("page=" + page, {"page"});
  for (const std::string size : {"0", "101", "-5", "ten", ""}) expect_refused("size=" + size, {"size"});
  for (const std::string sort : {"up", "ASC", ""}) expect_refused("sort=" + sort, {"sort"});
  for (const std::string field : {"address", "Name", "id", ""}) expect_refused("sortField=" + field, {"sortField"});
  expect_refused("page=0&size=0&sort=x&sortField=y", {"page", "size", "sort", "sortField"});
  expect_refused("page=1&page=2", {"page"});
  expect_refused("nonsense=1", {"nonsense"});
}

TEST_F(ListingPatients, PointsToTheCursorBeyondRow100000) {
  EXPECT_EQ(get("/patients?page=10000&size=10").status, 200);
  expect_refused("page=10001&size=10", {"page"});
  expect_refused("page=1001&size=100", {"page"});
  EXPECT_NE(get("/patients?page=10001").response.body.find("Link"), std::string::npos);
}

TEST_F(ListingPatients, RefusesBadCursors) {
  make_patients(3);
  const std::string cursor = next_of(get("/patients?size=1")).substr(std::string("?cursor=").size());
  EXPECT_EQ(get("/patients?cursor=" + cursor).status, 200);
  for (const std::string& bad : {std::string(), std::string("x"), std::string("!!!"), cursor + "A", cursor.substr(4),
                                 cursor.substr(0, cursor.size() - 3), std::string("MSwx")})
    expect_refused("cursor=" + bad, {"cursor"});
  const std::string known = ids_of(get("/patients?size=1")).front();
  const auto cursor_of = [](const std::string& text) { return "cursor=" + security::base64url_encode(text); };
  EXPECT_EQ(get("/patients?" + cursor_of("1,2,1,asc,name," + known + ",1,")).status, 200);
  const std::string unknown = "0190a8f0-0000-7000-8000-000000000000";
  const std::vector<std::string> bad_texts = {"1,2,1,asc,name," + unknown + ",1,",
                                              "1,2,1,asc,name," + known + ",2,",
                                              "1,2,1,asc,name," + known + ",1",
                                              "2,2,1,asc,name," + known + ",1,",
                                              "1,0,1,asc,name," + known + ",1,",
                                              "1,2,101,asc,name," + known + ",1,",
                                              "1,2,1,up,name," + known + ",1,",
                                              "1,2,1,asc,id," + known + ",1,",
                                              "1,2,1,asc,name,1,1,",
                                              "1,2,1,asc,name," + known + ",-1,",
                                              "1,2,1,asc,name," + known + ",1,a\tb",
                                              "1,2,1,asc,name," + known + ",1,\xff",
                                              "1,2,1,asc,name," + known + ",1," + std::string(255, 'a')};
  for (const std::string& text : bad_texts) expect_refused(cursor_of(text), {"cursor"});
  expect_refused("page=1&size=5&sort=asc&sortField=name&searchValue=a&cursor=" + cursor,
                 {"page", "searchValue", "size", "sort", "sortField"});
}

}  // namespace
}  // namespace pms::patient
