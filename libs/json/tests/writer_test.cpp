#include "json/writer.hpp"

#include <gtest/gtest.h>
#include <string>

#include "json/reader.hpp"

namespace pms::json {
namespace {

TEST(Writer, WritesWhatTheReaderReads) {
  std::string out;
  Writer writer(out);
  writer.begin_object().field("text", "a\"b\\c\n\x01 é😀").field("number", -7);
  writer.key("list").begin_array().integer(1).boolean(false).null().begin_object().end_object().end_array();
  writer.key("empty").begin_array().end_array().end_object();
  EXPECT_EQ(out, R"({"text":"a\"b\\c\n\u0001 é😀","number":-7,"list":[1,false,null,{}],"empty":[]})");
  EXPECT_TRUE(parse_object(out));
}

}  // namespace
}  // namespace pms::json
