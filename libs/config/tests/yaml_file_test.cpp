#include <algorithm>
#include <string>
#include <vector>

#include "settings.hpp"

namespace pms::config {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

class ConfigurationFile : public Loading {};

TEST_F(ConfigurationFile, MayNestKeysOrDotThemOrBoth) {
  write("patient:\n  http.port: 5000\n  billing:\n    deadline: 1s\npatient.http.host: ::1\nlog: {level: debug}\n");
  ASSERT_EQ(complaints(), "");
  EXPECT_EQ(port, 5000);
  EXPECT_EQ(deadline, 1s);
  EXPECT_EQ(host, "::1");
  EXPECT_EQ(level, "debug");
  EXPECT_EQ(rows, 10U);
}

TEST_F(ConfigurationFile, TakesListsInBothForms) {
  write("patient.origins: [https://a, https://b]\n");
  ASSERT_EQ(complaints(), "");
  EXPECT_EQ(origins, (Strings{"https://a", "https://b"}));
  write("patient.origins: https://c , https://d,\n");
  ASSERT_EQ(complaints(), "");
  EXPECT_EQ(origins, (Strings{"https://c", "https://d"}));
  write("patient.origins: []\n");
  ASSERT_EQ(complaints(), "");
  EXPECT_EQ(origins, Strings{});
}

TEST_F(ConfigurationFile, MayBeEmptyOrHaveEmptySections) {
  write("");
  EXPECT_EQ(complaints(), "");
  write("# nothing\npatient:\n  # http.port: 4000\n  billing:\nlog: {}\n");
  EXPECT_EQ(complaints(), "");
  EXPECT_EQ(port, 4000);
}

TEST_F(ConfigurationFile, MayHoldTheOtherServicesProperties) {
  write("billing:\n  http.port: 4001\ngateway.limit.user.burst: 5\nanalytics:\nclinic.time-zone: Europe/Berlin\n");
  EXPECT_EQ(complaints(), "");
}

TEST_F(ConfigurationFile, WithUnknownKeysNamesTheNearest) {
  write("patient:\n  http:\n    prot: 5000\nlogs.level: info\nzzz: 1\n");
  EXPECT_EQ(complaints(),
            "patient.http.prot: unknown property; did you mean patient.http.port? (pms.yaml:3)\n"
            "logs.level: unknown property; did you mean log.level? (pms.yaml:4)\n"
            "zzz: unknown property; --help lists the properties (pms.yaml:5)\n");
}

TEST_F(ConfigurationFile, GivingAValueTwiceIsAMistake) {
  write("patient:\n  http:\n    port: 5000\npatient.http.port: 5001\n");
  EXPECT_EQ(complaints(), "patient.http.port: is already set (pms.yaml:3) (pms.yaml:4)\n");
}

TEST_F(ConfigurationFile, OfTheWrongShapeSaysWhere) {
  write("patient.http.port: [1, 2]\npatient.rows:\npatient.http.host: {a: b}\npatient.origins: [[a]]\n[x]: 1\n");
  EXPECT_EQ(complaints(),
            "patient.http.port: must be one value, not a list (pms.yaml:1)\n"
            "patient.rows: has no value; remove the line to use the default (pms.yaml:2)\n"
            "patient.http.host.a: unknown property; did you mean patient.http.host? (pms.yaml:3)\n"
            "patient.origins: must be a list of plain strings without commas (pms.yaml:4)\n"
            "pms.yaml: a key must be plain text (pms.yaml:5)\n");
}

TEST_F(ConfigurationFile, ThatIsNoMapSaysSo) {
  for (const char* text : {"just words\n", "- a\n- b\n"}) {
    write(text);
    EXPECT_EQ(complaints(), "pms.yaml:1: must contain keys and values, e.g. \"log.level: info\"\n");
  }
}

TEST_F(ConfigurationFile, IsOneDocument) {
  write("---\nlog.level: info\n...\n");
  EXPECT_EQ(complaints(), "");
  write("log.level: info\n---\nlog.level: debug\n");
  EXPECT_EQ(complaints(), "pms.yaml:2: is not valid YAML, or contains a second document\n");
}

TEST_F(ConfigurationFile, OnWhichTheParserWouldNeverEndIsRefused) {
  write(",,log.level: info\n");
  EXPECT_EQ(complaints(), "pms.yaml:1: is not valid YAML, or contains a second document\n");
}

TEST_F(ConfigurationFile, ThatIsNoYamlNamesTheLineOnce) {
  write("log:\n  level: info\n port: 4000\n");
  const std::string said = complaints();
  EXPECT_TRUE(said.starts_with("pms.yaml:3: is not valid YAML: ")) << said;
  EXPECT_EQ(std::ranges::count(said, '\n'), 1);
}

TEST_F(ConfigurationFile, ThatEndsInItselfIsRefused) {
  write("patient: &p\n  again: *p\n");
  EXPECT_TRUE(complaints().ends_with("is nested too deeply (pms.yaml:2)\n")) << complaints();
}

TEST_F(ConfigurationFile, ThatMultipliesItselfIsRefused) {
  std::string text = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {";
    for (int k = 0; k < 8; ++k) text += "k" + std::to_string(k) + ": " + before + ", ";
    text += "}\n";
  }
  write(text);
  EXPECT_TRUE(complaints().ends_with("pms.yaml: contains more than 1000 values\n"));
}

TEST_F(ConfigurationFile, ThatIsNotThereSaysSo) {
  sources.file = folder / "missing.yaml";
  EXPECT_EQ(complaints(), "missing.yaml: cannot be read: No such file or directory\n");
  sources.file = folder.path();
  EXPECT_TRUE(complaints().ends_with(": is a folder, not a file\n"));
}

TEST_F(ConfigurationFile, ThatIsTooLargeIsRefused) {
  write("# " + std::string(1 << 20, 'x'));
  EXPECT_EQ(complaints(), "pms.yaml: is larger than 1 MiB\n");
}

}  // namespace
}  // namespace pms::config
