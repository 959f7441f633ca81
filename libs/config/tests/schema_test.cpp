#include "config/schema.hpp"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace pms::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST(Durations, AreReadInTheirUnits) {
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("15m"), 15min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  EXPECT_EQ(parse_duration("7d"), 168h);
  EXPECT_EQ(parse_duration("0"), 0ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
}

TEST(Durations, RefuseWhatHasNoUnitOrNoNumberOrTooMuchOfIt) {
  for (const char* text : {"", "5", "ms", "-5s", "+5s", "5 s", "1.5s", "5S", "1h30m", "5w", "9223372036854775807s",
                           "99999999999999999999ms"})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_EQ(parse_duration("soon").error().message, "must be a duration such as 250ms, 5s, 15m, 24h or 7d");
}

TEST(Durations, AreWrittenInTheLargestWholeUnit) {
  EXPECT_EQ(format_duration(250ms), "250ms");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(15min), "15m");
  EXPECT_EQ(format_duration(720h), "30d");
  EXPECT_EQ(format_duration(0ms), "0");
  for (const milliseconds span : {milliseconds(1), milliseconds(61'000), milliseconds(86'400'001)})
    EXPECT_EQ(parse_duration(format_duration(span)), span);
}

TEST(EnvironmentName, TurnsDotsAndDashesIntoUnderscores) {
  EXPECT_EQ(environment_name("patient.http.port"), "PMS_PATIENT_HTTP_PORT");
  EXPECT_EQ(environment_name("tokens.jwks-url"), "PMS_TOKENS_JWKS_URL");
}

TEST(Schema, SetsEveryTargetToItsDefault) {
  Schema schema;
  std::string level;
  std::uint16_t port = 0;
  milliseconds deadline{};
  std::vector<std::string> origins;
  schema.property("log.level", &level, "info", "Level");
  schema.property("patient.http.port", &port, 4000, "Port");
  schema.property("patient.billing.deadline", &deadline, 250ms, "Deadline", between<milliseconds>(1ms, 5s));
  schema.property("gateway.cors.origins", &origins, {"https://a", "https://b"}, "Origins");
  EXPECT_EQ(level, "info");
  EXPECT_EQ(port, 4000);
  EXPECT_EQ(deadline, 250ms);
  EXPECT_EQ(origins, (std::vector<std::string>{"https://a", "https://b"}));
  EXPECT_EQ(schema.properties()[2].default_text, "250ms");
  EXPECT_EQ(schema.properties()[2].allowed, "1ms to 5s");
  EXPECT_EQ(schema.properties()[3].default_text, "https://a,https://b");
}

TEST(Schema, HasOnePropertyForAKeyDeclaredTwice) {
  Schema schema;
  std::string first;
  std::string second;
  schema.property("log.level", &first, "info", "Level");
  schema.property("log.level", &second, "info", "Level");
  ASSERT_EQ(schema.properties().size(), 1U);
  ASSERT_TRUE(schema.properties()[0].assign("debug"));
  EXPECT_EQ(first, "debug");
  EXPECT_EQ(second, "debug");
}

TEST(Schema, RefusesTwoDeclarationsThatDiffer) {
  Schema schema;
  std::string level;
  schema.property("log.level", &level, "info", "Level");
  EXPECT_THROW(schema.property("log.level", &level, "debug", "Level"), std::logic_error);
}

TEST(Schema, IsWrittenAsMarkdownTables) {
  Schema schema;
  std::uint16_t port = 0;
  std::string level;
  Secret secret;
  schema.property("patient.http.port", &port, 4000, "Where clients connect", between<std::uint16_t>(1, 65535));
  schema.property("log.level", &level, "info", "Least that is logged | kept", one_of({"debug", "info"}));
  schema.property("patient.key", &secret, Secret{"hunter2"}, "Never shown");
  EXPECT_EQ(to_markdown(schema),
            "## log\n\n"
            "| property | type | default | allowed | meaning |\n|---|---|---|---|---|\n"
            "| `log.level` | text | `info` | one of debug, info | Least that is logged \\| kept |\n"
            "\n## patient\n\n"
            "| property | type | default | allowed | meaning |\n|---|---|---|---|---|\n"
            "| `patient.http.port` | integer | `4000` | 1 to 65535 | Where clients connect |\n"
            "| `patient.key` | secret |  |  | Never shown; `PMS_PATIENT_KEY_FILE` names a file that holds it |\n");
}

}  // namespace
}  // namespace pms::config
