#include "json/escape.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace pms::json {
namespace {

using namespace std::string_literals;

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string escaped_for_terminal(std::string_view text) {
  std::string out;
  append_escaped_for_terminal(out, text);
  fmt::memory_buffer buffer;
  append_escaped_for_terminal(buffer, text);
  EXPECT_EQ(fmt::to_string(buffer), out);
  return out;
}

TEST(Escape, WritesWhatJsonRequires) {
  EXPECT_EQ(escaped("a\"b\\c\nd\re\tf\x01\x1f\0"s), "a\\\"b\\\\c\\nd\\re\\tf\\u0001\\u001f\\u0000");
}

TEST(Escape, LeavesUtf8AsItIs) { EXPECT_EQ(escaped("Zo\u00eb \u007f\u009b"), "Zo\u00eb \u007f\u009b"); }

TEST(EscapeForTerminal, EscapesEveryControlCharacter) {
  EXPECT_EQ(escaped_for_terminal("a\x1b[2Jb\u007fc\u0080d\u009fe\u00a0"), "a\\u001b[2Jb\\u007fc\\u0080d\\u009fe\u00a0");
}

TEST(EscapeForTerminal, ReplacesWhatIsNotAsciiInAnIllFormedText) {
  EXPECT_EQ(escaped_for_terminal("\xff b \xc2"), "\\ufffd b \\ufffd");
  EXPECT_EQ(escaped_for_terminal("\xc2\x9b \xff"), "\\ufffd\\ufffd \\ufffd");
}

TEST(EscapeForTerminal, IsReadBackAsTheSameText) {
  const std::string text = "two\nlines \"quoted\" back\\slash \x01\x1b tab\t \u00eb\0 end"s;
  EXPECT_EQ(boost::json::parse('"' + escaped_for_terminal(text) + '"').as_string(), text);
}

}  // namespace
}  // namespace pms::json
