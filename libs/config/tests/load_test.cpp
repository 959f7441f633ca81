#include <fstream>
#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <vector>

#include "settings.hpp"

namespace pms::config {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Strings = std::vector<std::string>;

class ConfigurationSources : public Loading {};

TEST_F(ConfigurationSources, AFlagBeatsTheEnvironmentWhichBeatsTheFile) {
  write("patient.http.port: 1001\npatient.rows: 1\nlog.level: debug\n");
  set("PMS_PATIENT_HTTP_PORT", "1002");
  set("PMS_PATIENT_ROWS", "2");
  sources.flags = {"--patient.http.port=1003"};
  ASSERT_EQ(complaints(), "");
  EXPECT_EQ(port, 1003);
  EXPECT_EQ(rows, 2U);
  EXPECT_EQ(level, "debug");
  EXPECT_EQ(host, "127.0.0.1");
}

TEST_F(ConfigurationSources, FlagsHaveThreeForms) {
  sources.flags = {"--patient.http.port",
                   "5000",
                   "--patient.demo",
                   "--patient.billing.deadline=1s",
                   "--patient.origins",
                   "a,b",
                   "--patient.keys.secret=a=bc",
                   "--patient.rows",
                   "3"};
  ASSERT_EQ(complaints(), "");
  EXPECT_EQ(port, 5000);
  EXPECT_TRUE(demo);
  EXPECT_EQ(deadline, 1s);
  EXPECT_EQ(origins, (Strings{"a", "b"}));
  EXPECT_EQ(secret.value, "a=bc");
  EXPECT_EQ(rows, 3U);
  sources.flags = {"--patient.demo", "false", "--patient.http.port=1", "--patient.http.port=2"};
  ASSERT_EQ(complaints(), "");
  EXPECT_FALSE(demo);
  EXPECT_EQ(port, 2);
}

TEST_F(ConfigurationSources, FlagsThatAreWrongAreNamed) {
  sources.flags = {"--patient.http.prot", "5000", "stray", "-v", "--patient.rows", "--config", "--billing.http.port=1"};
  EXPECT_EQ(complaints(),
            "--patient.http.prot: unknown option; did you mean --patient.http.port?\n"
            "stray: unexpected argument; a flag is --key=value\n"
            "-v: unexpected argument; a flag is --key=value\n"
            "--patient.rows: needs a value: --patient.rows=VALUE\n"
            "--config: needs the path of a file: --config=FILE\n"
            "--billing.http.port: unknown option; did you mean --patient.http.port?\n");
}

TEST_F(ConfigurationSources, MisspeltVariablesAreNamed) {
  set("PMS_PATIENT_HTTP_PROT", "5000");
  set("PMS_BILLING_HTTP_PORT", "5001");  // belongs to another service
  set("PMS_CONFIG_FILE", "pms.yaml");
  set("PATH", "/bin");
  EXPECT_EQ(complaints(), "PMS_PATIENT_HTTP_PROT: unknown environment variable; did you mean PMS_PATIENT_HTTP_PORT?\n");
}

TEST_F(ConfigurationSources, EverythingThatIsWrongIsSaidAtOnce) {
  write("patient:\n  http.port: 70000\n  rows: many\nlog.levle: info\n");
  set("PMS_PATIENT_BILLING_DEADLINE", "6s");
  sources.flags = {"--log.level=loud", "--patient.demo=maybe", "--patient.http.host="};
  EXPECT_EQ(complaints(),
            "log.levle: unknown property; did you mean log.level? (pms.yaml:4)\n"
            "log.level: \"loud\" (--log.level) is invalid: must be one of debug, info, warning, error\n"
            "patient.http.host: \"\" (--patient.http.host) is invalid: must be non-empty text\n"
            "patient.http.port: \"70000\" (pms.yaml:2) is invalid: must be an integer: 1 to 65535\n"
            "patient.billing.deadline: \"6s\" (PMS_PATIENT_BILLING_DEADLINE) is invalid: "
            "must be a duration such as 250ms, 5s, 15m, 24h or 7d: 1ms to 5s\n"
            "patient.rows: \"many\" (pms.yaml:3) is invalid: must be an integer: 0 to 4294967295\n"
            "patient.demo: \"maybe\" (--patient.demo) is invalid: must be true or false\n");
  EXPECT_EQ(load().error().message, "7 errors in the configuration");
}

TEST_F(ConfigurationSources, AWrongValueIsShownOnOneShortLine) {
  set("PMS_PATIENT_ROWS", "1\n2" + std::string(1'000, 'x'));
  EXPECT_THAT(complaints(), HasSubstr("\"1?2xxx"));
  EXPECT_LT(complaints().size(), 250U);
}

TEST_F(ConfigurationSources, SecretsAreReadFromFiles) {
  std::ofstream(folder / "secret") << "hunter2\n";
  set("PMS_PATIENT_KEYS_SECRET_FILE", folder / "secret");
  ASSERT_EQ(complaints(), "");
  EXPECT_EQ(secret.value, "hunter2");
}

TEST_F(ConfigurationSources, ASecretIsGivenOnceAndFromAFileThatIsThere) {
  set("PMS_PATIENT_KEYS_SECRET_FILE", folder / "missing");
  EXPECT_EQ(complaints(), "PMS_PATIENT_KEYS_SECRET_FILE: names a file that cannot be read: missing\n");
  set("PMS_PATIENT_KEYS_SECRET", "hunter2");
  EXPECT_EQ(complaints(), "PMS_PATIENT_KEYS_SECRET: is set, and PMS_PATIENT_KEYS_SECRET_FILE too; set one of them\n");
}

TEST_F(ConfigurationSources, ASecretIsNeverShown) {
  set("PMS_PATIENT_KEYS_SECRET", "abc");
  EXPECT_EQ(complaints(), "patient.keys.secret: (PMS_PATIENT_KEYS_SECRET) is invalid: must be not three bytes\n");
}

TEST_F(ConfigurationSources, OnlySecretsHaveFiles) {
  set("PMS_PATIENT_HTTP_HOST_FILE", "x");
  EXPECT_THAT(complaints(), HasSubstr("PMS_PATIENT_HTTP_HOST_FILE: unknown environment variable"));
}

TEST(ProcessSources, TakeTheFileOutOfTheFlags) {
  const char* const apart[] = {"pms", "--log.level=info", "--config", "a.yaml", "--x"};
  EXPECT_EQ(process_sources(5, apart).file, "a.yaml");
  EXPECT_EQ(process_sources(5, apart).flags, (Strings{"--log.level=info", "--x"}));
  const char* const joined[] = {"pms", "--config=b.yaml"};
  EXPECT_EQ(process_sources(2, joined).file, "b.yaml");
  const char* const missing[] = {"pms", "--config"};
  EXPECT_EQ(process_sources(2, missing).flags, Strings{"--config"});
}

TEST(ProcessSources, SeeTheEnvironment) {
  const char* const none[] = {"pms"};
  const Sources sources = process_sources(1, none);
  EXPECT_THAT(sources.environment_names, testing::Contains("PATH"));
  EXPECT_NE(sources.environment("PATH"), std::nullopt);
  EXPECT_EQ(sources.environment("PMS_NOT_SET"), std::nullopt);
}

}  // namespace
}  // namespace pms::config
