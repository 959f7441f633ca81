#include "clinic/person_rules.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>

namespace pms::clinic {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(NameRule, AcceptsOneToAHundredCharacters) {
  EXPECT_EQ(check_name("Z"), std::nullopt);
  EXPECT_EQ(check_name("Zoë van der Ångström-O'Neil"), std::nullopt);
  EXPECT_EQ(check_name(repeated("ë", 100)), std::nullopt);
}

TEST(NameRule, SaysWhatWouldBeRight) {
  EXPECT_EQ(check_name(""), "must have 1 to 100 characters");
  EXPECT_EQ(check_name(repeated("ë", 101)), "must have 1 to 100 characters");
  EXPECT_EQ(check_name(" \u00a0"), "must not be blank");
  EXPECT_EQ(check_name("Ana\nMaria"), "must not contain control characters");
  EXPECT_EQ(check_name("Ana\0"s), "must not contain control characters");
  EXPECT_EQ(check_name("\xff"), "must be well-formed UTF-8");
}

TEST(AddressRule, AcceptsUpToFiveHundredCharacters) {
  EXPECT_EQ(check_address(repeated("x", 500)), std::nullopt);
  EXPECT_EQ(check_address(repeated("x", 501)), "must have 1 to 500 characters");
  EXPECT_EQ(check_address("   "), "must not be blank");
}

TEST(EmailRule, AcceptsLocalPartAtDomain) {
  for (const std::string& email :
       {"ana@example.com"s, "a@b"s, "ana.maria+clinic@mail.example.co.uk"s, "o'neil_{x}@example.com"s,
        "zoë@münchen.de"s, "李@例え.jp"s, "1@2.3"s, "a@x-y.org"s, repeated("a", 64) + "@example.com"})
    EXPECT_EQ(check_email(email), std::nullopt) << email;
}

TEST(EmailRule, RefusesWhatIsNone) {
  for (const std::string& email : {""s,
                                   "ana"s,
                                   "@example.com"s,
                                   "ana@"s,
                                   "ana@@example.com"s,
                                   "a@b@c.com"s,
                                   ".ana@example.com"s,
                                   "ana.@example.com"s,
                                   "a..b@example.com"s,
                                   "ana@.example.com"s,
                                   "ana@example..com"s,
                                   "ana@example.com."s,
                                   "ana@-example.com"s,
                                   "ana@example-.com"s,
                                   "an a@example.com"s,
                                   " ana@example.com"s,
                                   "ana@exam ple.com"s,
                                   "ana@example.com\n"s,
                                   "\"ana\"@example.com"s,
                                   "ana@[127.0.0.1]"s,
                                   "ana@exa_mple.com"s,
                                   "ana\u00a0@example.com"s,
                                   "ana\u200b@example.com"s,
                                   "an(a)@example.com"s,
                                   repeated("a", 65) + "@example.com",
                                   "a@" + repeated("b", 64) + ".com"})
    EXPECT_EQ(check_email(email), "must be an e-mail address such as ana@example.com") << email;
}

TEST(EmailRule, HasALimitInBytes) {
  const std::string longest = "a@" + repeated("bcde.", 50) + "fg";
  ASSERT_EQ(longest.size(), 254U);
  EXPECT_EQ(check_email(longest), std::nullopt);
  EXPECT_EQ(check_email(longest + "h"), "must have at most 254 bytes");
}

TEST(BirthDateRule, AcceptsEighteenFiftyToToday) {
  const auto today = 2026y / 2 / 3;
  EXPECT_EQ(check_birth_date("1850-01-01", today), std::nullopt);
  EXPECT_EQ(check_birth_date("2026-02-03", today), std::nullopt);
  EXPECT_EQ(check_birth_date("1849-12-31", today), "must be a date from 1850-01-01 to 2026-02-03");
  EXPECT_EQ(check_birth_date("2026-02-04", today), "must be a date from 1850-01-01 to 2026-02-03");
}

TEST(BirthDateRule, RefusesADateThatDoesNotExist) {
  EXPECT_EQ(check_birth_date("2023-02-30", 2026y / 2 / 3), "must be a valid date, e.g. 1985-06-15");
}

}  // namespace
}  // namespace pms::clinic
