// What is refused, and in which words: one table for bodies, one for everything else of a request.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"
#include "core/time.hpp"

namespace pms::patient {
namespace {

using namespace std::string_literals;
using Errors = std::map<std::string, std::string>;  // field to message

Errors errors_of(const testkit::Answer& answer) {
  Errors errors;
  const auto problem = answer.json();
  if (const auto* list = problem.as_object().if_contains("errors"))
    for (const auto& error : list->as_array())
      errors.emplace(error.at("field").as_string(), error.at("message").as_string());
  return errors;
}

core::Date today() { return core::TimeZone::utc().date_of(core::system_clock().now()); }
core::Date day_after(core::Date date) { return core::Date(std::chrono::sys_days(date) + std::chrono::days(1)); }

class RefusedRequests : public RunningService {
 protected:
  RefusedRequests() : path_("/patients/" + create({.email = "first@example.com"})) {}

  void expect_refused(const testkit::Answer& answer, int status, const Errors& errors, const std::string& what) {
    EXPECT_EQ(answer.status, status) << what << answer.response.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << what;
    EXPECT_EQ(errors_of(answer), errors) << what << answer.response.body;
  }
  /// The body is refused as a new patient, as a whole one and as a patch of one.
  void expect_body_refused(const std::string& body, const Errors& errors) {
    const testkit::Fields json = {{"Content-Type", "application/json"}};
    expect_refused(client().post("/patients", body, json), 400, errors, "POST " + body);
    expect_refused(client().send("PUT", path_, body, json), 400, errors, "PUT " + body);
    expect_refused(client().send("PATCH", path_, body, json), 400, errors, "PATCH " + body);
    EXPECT_EQ(get(path_).header("ETag"), "\"1\"") << body;
    EXPECT_EQ(get("/patients").json().at("totalElements"), 1) << body;
  }
  /// Expects a refusal for one field with this JSON value in an otherwise valid body.
  void expect_value_refused(const std::string& field, const std::string& json, const std::string& message) {
    std::string body = "{";
    const auto whole = boost::json::parse(PatientBody().json()).as_object();
    for (const auto& [name, value] : whole)
      if (name != field) body += fmt::format("\"{}\":{},", std::string(name), boost::json::serialize(value));
    expect_body_refused(body + "\"" + field + "\":" + json + "}", {{field, message}});
  }
  static std::string text(std::size_t length) { return "\"" + std::string(length, 'x') + "\""; }

  const std::string path_;
};

TEST_F(RefusedRequests, SayWhatIsWrongWithTheJson) {
  const std::vector<std::pair<std::string, Errors>> cases = {
      {"", {{"body", "must be a JSON object; it is empty"}}},
      {"{", {{"body", "must be a complete JSON object; it is truncated"}}},
      {"{\"name\":\"Ana\"", {{"body", "must be a complete JSON object; it is truncated"}}},
      {"[]", {{"body", "must be a JSON object"}}},
      {"null", {{"body", "must be a JSON object"}}},
      {"\"text\"", {{"body", "must be a JSON object"}}},
      {R"({"name":"A","email":"a@b.c","name":"B"})", {{"name", "must be given once"}}},
      {R"({"version":{"x":1,"x":2}})", {{"x", "must be given once"}}},
      {R"({"n\u0061me":"A","name":"B"})", {{"name", "must be given once"}}},
      {"{\"name\":" + std::string(100, '[') + std::string(100, ']') + "}",
       {{"body", "must not be nested more than 32 levels deep"}}}};
  for (const auto& [body, errors] : cases) expect_body_refused(body, errors);

  const std::vector<std::string> malformed = {"nonsense",
                                              "{} {}",
                                              "{\"name\":\"Ana\",}",
                                              "{'name':'Ana'}",
                                              "{\"name\":\"tab\there\"}",
                                              "{\"name\":\"\xff\"}",
                                              "{\"name\":\"\xed\xa0\x80\"}",
                                              "{\"name\":\"\xc0\xaf\"}",
                                              "{\"name\":\"\\ud800\"}",
                                              "{\"name\":\"\\udc00\\ud800\"}",
                                              "{\"name\":\"\\x\"}",
                                              "\xef\xbb\xbf{}"};
  for (const std::string& body : malformed) {
    const auto answer = client().post("/patients", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_TRUE(errors_of(answer)["body"].starts_with("must be JSON: ")) << body << answer.response.body;
  }
}

TEST_F(RefusedRequests, SayWhatAFieldMustBe) {
  const std::string name_length = "must have 1 to 100 characters";
  const std::string address_length = "must have 1 to 500 characters";
  const std::string no_controls = "must not contain control characters";
  const std::string email = "must be an e-mail address such as ana@example.com";
  const std::string date = "must be a valid date, e.g. 1985-06-15";
  const std::string born = "must be a date from 1850-01-01 to " + core::format_date(today());
  const struct {
    std::string field, json, message;
  } cases[] = {{"name", "7", "must be a string"},
               {"name", "[\"Ana\"]", "must be a string"},
               {"name", "\"\"", name_length},
               {"name", text(101), name_length},
               {"name", "\" \\u00a0 \"", "must not be blank"},
               {"name", "\"\\u200b\"", "must not be blank"},
               {"name", "\"a\\u0000b\"", no_controls},
               {"name", "\"a\\nb\"", no_controls},
               {"name", "\"a\\u007f\"", no_controls},
               {"name", "\"a\\u0085b\"", no_controls},
               {"address", "true", "must be a string"},
               {"address", "\"\"", address_length},
               {"address", text(501), address_length},
               {"address", "\"1 High Street\\r\\nLondon\"", no_controls},
               {"email", "{}", "must be a string"},
               {"email", "\"\"", email},
               {"email", "\"ana\"", email},
               {"email", "\"ana@exa mple.com\"", email},
               {"email", "\"ana@example..com\"", email},
               {"email", "\"ana@example.com\\u200b\"", email},
               {"email", "\"" + std::string(250, 'a') + "@example.com\"", "must have at most 254 bytes"},
               {"dateOfBirth", "19850615", "must be a string"},
               {"dateOfBirth", "\"\"", date},
               {"dateOfBirth", "\"2023-02-30\"", date},
               {"dateOfBirth", "\"2023-02-29\"", date},
               {"dateOfBirth", "\"1985-13-01\"", date},
               {"dateOfBirth", "\"1985-00-01\"", date},
               {"dateOfBirth", "\"15/06/1985\"", date},
               {"dateOfBirth", "\"1985-06-15T00:00:00Z\"", date},
               {"dateOfBirth", "\" 1985-06-15\"", date},
               {"dateOfBirth", "\"-985-06-15\"", date},
               {"dateOfBirth", "\"1985-06-1\\u0665\"", date},
               {"dateOfBirth", "\"1849-12-31\"", born},
               {"dateOfBirth", "\"" + core::format_date(day_after(day_after(today()))) + "\"", born},
               {"registeredDate", "5", "must be a string"},
               {"registeredDate", "\"2023-02-30\"", date},
               {"registeredDate", "\"\"", date},
               {"nickname", "null", "is not a known field"},
               {"Name", "\"Ana\"", "is not a known field"}};
  for (const auto& [field, json, message] : cases) expect_value_refused(field, json, message);
}

TEST_F(RefusedRequests, SayThatTheYearZeroIsNoYearOfBirth) {
  const auto answer = client().post("/patients", PatientBody{.date_of_birth = "0000-01-01"}.json());
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"dateOfBirth"});
}

TEST_F(RefusedRequests, NameEachFieldThatIsMissing) {
  const std::string required = "is required";
  const Errors all = {{"name", required}, {"email", required}, {"address", required}, {"dateOfBirth", required}};
  expect_refused(client().post("/patients", "{}"), 400, all, "POST");
  expect_refused(client().send("PUT", path_, "{}"), 400, all, "PUT");
  for (const auto& [field, message] : all) {
    auto body = boost::json::parse(PatientBody().json()).as_object();
    body.erase(field);
    expect_refused(client().post("/patients", boost::json::serialize(body)), 400, {{field, message}}, field);
    body[field] = nullptr;
    expect_refused(client().post("/patients", boost::json::serialize(body)), 400,
                   {{field, "must be a string, not null"}}, field);
  }
}

TEST_F(RefusedRequests, NameEverythingThatIsWrongInOneAnswer) {
  const std::string body =
      R"({"name":"","email":"nobody","address":7,"dateOfBirth":"1849-01-01","registeredDate":"soon","surname":"x"})";
  const auto answer = client().post("/patients", body);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(errors_of(answer).size(), 6U) << answer.response.body;
  EXPECT_EQ(errors_of(client().send("PUT", path_, body)), errors_of(answer));
  EXPECT_EQ(errors_of(client().send("PATCH", path_, body)), errors_of(answer));
}

TEST_F(RefusedRequests, BoundWhatTheyRepeatOfAMistake) {
  std::string body = "{\"" + std::string(5'000, 'n') + "\":1";
  for (int i = 0; i < 1'000; ++i) body += fmt::format(",\"f{}\":1", i);
  const auto answer = client().send("PATCH", path_, body + "}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_LT(answer.response.body.size(), 10'000U);
}

TEST_F(RefusedRequests, MayBeTooLarge) {
  const std::string large(1'100'000, 'x');
  for (const auto& [method, path] : {std::pair("POST"s, "/patients"s), std::pair("PUT"s, path_)}) {
    const auto answer = client().send(method, path, PatientBody{.address = large}.json());
    EXPECT_EQ(answer.status, 413) << method;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  }
  EXPECT_EQ(get(path_).header("ETag"), "\"1\"");
}

TEST_F(RefusedRequests, OfAnotherMethodNameThoseThatAreAllowed) {
  const std::map<std::string, std::pair<std::vector<std::string>, std::set<std::string>>> cases = {
      {"/patients", {{"PUT", "PATCH", "DELETE"}, {"GET", "HEAD", "POST"}}},
      {path_, {{"POST"}, {"GET", "HEAD", "PUT", "PATCH", "DELETE"}}}};
  for (const auto& [path, expected] : cases) {
    for (const std::string& method : expected.first) {
      const auto answer = client().send(method, path, PatientBody().json());
      expect_refused(answer, 405, {}, method + path);
      std::set<std::string> allowed;
      std::istringstream list(answer.header("Allow"));
      for (std::string word; std::getline(list >> std::ws, word, ',');) allowed.insert(word);
      EXPECT_EQ(allowed, expected.second) << method << path;
    }
  }
}

TEST_F(RefusedRequests, OfAnUnknownPathAre404) {
  for (const std::string& path : {"/"s, "/patient"s, "/patients/"s, "/Patients"s, path_ + "/"s, path_ + "/history"s})
    expect_refused(get(path), 404, {}, path);
}

TEST_F(RefusedRequests, NameABadIdWhateverTheMethod) {
  auto admin = client_of({clinic::Role::admin});
  for (const std::string id : {"1", "%00", "%ff", "0190a8f0-0000-7000-8000-00000000000",
                               "0190a8f0000070008000000000000000", "0190a8f0-0000-7000-8000-00000000000g"})
    for (const std::string method : {"GET", "HEAD", "PUT", "PATCH", "DELETE"}) {
      const auto answer = admin.send(method, "/patients/" + id, method == "PUT" ? PatientBody().json() : "{}");
      EXPECT_EQ(answer.status, 400) << method << id;
      if (method == "HEAD") continue;  // without a body
      EXPECT_EQ(errors_of(answer), (Errors{{"id", "must be a UUID"}})) << method << id;
    }
}

TEST_F(RefusedRequests, SayWhichMediaTypeIsRight) {
  for (const std::string type :
       {"text/plain", "application/xml", "application/jsonp", "application/json-patch+json", ""}) {
    for (const auto& [method, path] :
         {std::pair("POST"s, "/patients"s), std::pair("PUT"s, path_), std::pair("PATCH"s, path_)}) {
      const auto answer = client().send(method, path, PatientBody().json(), {{"Content-Type", type}});
      expect_refused(answer, 415, {}, method + type);
      EXPECT_NE(answer.json().at("detail").as_string().find("application/json"), std::string::npos);
    }
  }
  EXPECT_EQ(
      client().post("/patients", PatientBody().json(), {{"Content-Type", "Application/JSON ; charset=UTF-8"}}).status,
      201);
}

TEST_F(RefusedRequests, SayWhatAListsParametersMustBe) {
  const std::map<std::string, Errors> cases = {
      {"page=0", {{"page", "must be a whole number from 1 to 1000000000"}}},
      {"page=1e3", {{"page", "must be a whole number from 1 to 1000000000"}}},
      {"size=101", {{"size", "must be a whole number from 1 to 100"}}},
      {"sort=up", {{"sort", "must be asc or desc"}}},
      {"sortField=address", {{"sortField", "must be name, email, registeredDate or dateOfBirth"}}},
      {"searchValue=a%01", {{"searchValue", "must not contain control characters"}}},
      {"searchValue=%ff", {{"searchValue", "must be percent-encoded UTF-8"}}},
      {"searchValue=a&searchValue=b", {{"searchValue", "must be given once"}}},
      {"cursor=x", {{"cursor", "must be the cursor of a Link: next that this service sent"}}},
      {"colour=red", {{"colour", "unknown parameter; known: page, size, sort, sortField, searchValue, cursor"}}},
      {"page=10001", {{"page", "must start within the first 100000 patients; follow Link: next beyond that"}}},
      {"page=10001&searchValue=a",
       {{"page", "must start within the first 100000 patients; follow Link: next beyond that"}}}};
  for (const auto& [query, errors] : cases) expect_refused(get("/patients?" + query), 400, errors, query);
}

TEST_F(RefusedRequests, OfAKeyUsedForAnotherBodyAre422) {
  const testkit::Fields key = {{"Idempotency-Key", "k-1"}};
  ASSERT_EQ(post({.name = "Ana"}, key).status, 201);
  const auto answer = post({.name = "Bob", .email = "bob@example.com"}, key);
  expect_refused(answer, 422, {}, "another body");
  EXPECT_NE(answer.json().at("detail").as_string().find("new key"), std::string::npos);
}

}  // namespace
}  // namespace pms::patient
