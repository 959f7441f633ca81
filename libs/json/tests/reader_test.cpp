#include "json/reader.hpp"

#include <cstddef>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace pms::json {
namespace {

std::string refusal_of(std::string_view body) {
  auto object = parse_object(body);
  if (object) return {};
  EXPECT_EQ(object.error().code, core::Errc::invalid);
  EXPECT_EQ(object.error().fields.size(), 1U);
  return object.error().fields.at(0).field + ": " + object.error().fields.at(0).message;
}

TEST(ParseObject, ReadsAnObject) {
  auto object = parse_object(R"( {"a": "ü", "b": [1, -2, 2.5, true, null], "c": {"a": "😀"}} )");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->at("a").as_string(), "ü");
  EXPECT_EQ(object->at("b").as_array().size(), 5U);
  EXPECT_EQ(object->at("c").as_object().at("a").as_string(), "😀");
}

TEST(ParseObject, RefusesADuplicateKeyByItsName) {
  EXPECT_EQ(refusal_of(R"({"name": "a", "name": "b"})"), "name: must be given once");
  EXPECT_EQ(refusal_of(R"({"x": {"in": 1, "in": 1}})"), "in: must be given once");
  EXPECT_EQ(refusal_of(R"({"name": 1, "n\u0061me": 1})"), "name: must be given once");
  EXPECT_EQ(refusal_of(R"({"a": {"name": 1}, "b": {"name": 1}, "name": 1})"), "");
}

TEST(ParseObject, ShortensAnEndlessKeyInItsRefusal) {
  std::string key;
  for (int i = 0; i < 5'000; ++i) key += "ä";
  const std::string refusal = refusal_of(fmt::format(R"({{"{}": 1, "{}": 1}})", key, key));
  EXPECT_LT(refusal.size(), 200U);
}

TEST(ParseObject, RefusesDeepNesting) {
  const auto nested = [](int depth) {
    return R"({"a":)" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  EXPECT_EQ(refusal_of(nested(31)), "");
  EXPECT_EQ(refusal_of(nested(32)), "body: must not be nested more than 32 levels deep");
  EXPECT_EQ(refusal_of(nested(100'000)), "body: must not be nested more than 32 levels deep");
}

TEST(ParseObject, RefusesMoreThan64MembersInAnObject) {
  const auto members = [](int count) {
    std::string body = "{";
    for (int i = 0; i < count; ++i) body += fmt::format(R"({}"f{}":1)", i == 0 ? "" : ",", i);
    return body + "}";
  };
  EXPECT_EQ(refusal_of(members(64)), "");
  EXPECT_EQ(refusal_of(members(65)), "body: must not have more than 64 members in an object");
  EXPECT_EQ(refusal_of(R"({"a":)" + members(65) + "}"), "body: must not have more than 64 members in an object");
}

TEST(ParseObject, RefusesMoreThan1000ElementsInAnArray) {
  const auto elements = [](int count) {
    std::string body = R"({"a":[)";
    for (int i = 0; i < count; ++i) body += i == 0 ? "1" : ",1";
    return body + "]}";
  };
  EXPECT_EQ(refusal_of(elements(1'000)), "");
  EXPECT_EQ(refusal_of(elements(1'001)), "body: must not have more than 1000 elements in an array");
}

TEST(ParseObject, RefusesWhatIsNotAnObject) {
  EXPECT_EQ(refusal_of(""), "body: must be a JSON object; it is empty");
  EXPECT_EQ(refusal_of("[]"), "body: must be a JSON object");
  EXPECT_EQ(refusal_of("\"text\""), "body: must be a JSON object");
  EXPECT_EQ(refusal_of("null"), "body: must be a JSON object");
}

TEST(ParseObject, RefusesMalformedTextAndSaysWhere) {
  EXPECT_EQ(refusal_of(R"({"a": 1)"), "body: must be a complete JSON object; it is truncated");
  for (std::string_view body :
       {R"({"a": })", R"({a: 1})", R"({'a': 1})", R"({"a": 1,})", R"({"a": 01})", R"({"a": NaN})", R"({"a": 1} x)",
        R"({"a": 1}{})", R"({/* */ "a": 1})", "{\"a\": \"b\nc\"}"})
    EXPECT_THAT(refusal_of(body), testing::MatchesRegex("body: must be JSON: .* at byte [0-9]+")) << body;
}

TEST(ParseObject, RefusesTextThatIsNotUtf8) {
  for (std::string_view body : {"{\"a\": \"\xff\"}", "{\"a\": \"\xc3\"}", "{\"a\": \"\xed\xa0\x80\"}",
                                "{\"\xc0\xaf\": 1}", R"({"a": "\ud800"})", R"({"a": "\udc00"})", R"({"a": "\ud800A"})"})
    EXPECT_NE(refusal_of(body), "") << body;
}

class Fields : public testing::Test {
 protected:
  FieldReader& read(std::string_view body) {
    object = *parse_object(body);
    return reader.emplace(object);
  }
  std::vector<std::string> violations() {
    std::vector<std::string> lines;
    if (auto finished = reader->finish(); !finished)
      for (const auto& [field, message] : finished.error().fields) lines.push_back(field + ": " + message);
    return lines;
  }
  static std::optional<std::string> short_text(std::string_view text) {
    return text.size() > 3 ? std::optional<std::string>("must have at most 3 characters") : std::nullopt;
  }

  boost::json::object object;
  std::optional<FieldReader> reader;
};

TEST_F(Fields, AreReadWhenTheyAreRight) {
  auto& fields = read(R"({"a": "x", "b": "y", "c": true, "d": ["p", "q"], "e": 5})");
  EXPECT_EQ(fields.required_text("a", short_text), "x");
  EXPECT_EQ(fields.optional_text("b"), "y");
  EXPECT_EQ(fields.optional_boolean("c"), true);
  EXPECT_EQ(fields.optional_texts("d"), (std::vector<std::string>{"p", "q"}));
  fields.ignore("e");
  EXPECT_EQ(violations(), std::vector<std::string>{});
}

TEST_F(Fields, MayBeAbsentWhenTheyAreOptional) {
  auto& fields = read(R"({"b": null})");
  EXPECT_EQ(fields.optional_text("a"), std::nullopt);
  EXPECT_EQ(fields.optional_text("b"), std::nullopt);
  EXPECT_EQ(fields.optional_boolean("c"), std::nullopt);
  EXPECT_EQ(fields.optional_texts("d"), std::nullopt);
  EXPECT_EQ(violations(), std::vector<std::string>{});
}

TEST_F(Fields, AreAllNamedWhenTheyAreWrong) {
  auto& fields = read(R"({"null": null, "number": 1, "long": "long", "flag": "true", "list": ["a", 1], "extra": 1})");
  fields.required_text("missing");
  fields.required_text("null");
  fields.required_text("number");
  fields.required_text("long", short_text);
  fields.optional_boolean("flag");
  fields.optional_texts("list");
  EXPECT_EQ(violations(), (std::vector<std::string>{"missing: is required", "null: must be a string, not null",
                                                    "number: must be a string", "long: must have at most 3 characters",
                                                    "flag: must be true or false", "list: must be a list of strings",
                                                    "extra: is not a known field"}));
}

TEST_F(Fields, AreNamedUpToABoundedNumber) {
  std::string body = "{\"f\":1";
  for (int i = 1; i < 64; ++i) body += fmt::format(",\"f{}\":1", i);
  read(body + "}");
  EXPECT_EQ(violations().size(), 50U);
}

}  // namespace
}  // namespace pms::json
