#include "storage/search/name_search.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace pms::patient {
namespace {

std::vector<std::string> needles(std::string_view text) { return needles_of(search_for(text).value()); }

TEST(TheTextToSearchIn, MarksWhereWordsBegin) {
  EXPECT_EQ(name_search_text("Zoë  Müller"), "  zoe  muller");
  EXPECT_EQ(name_search_text("Zoë O’Brien-King"), "  zoe  o'brien-king  br  ki");
  EXPECT_EQ(name_search_text("王小明"), "  王小明  小明  明");
  EXPECT_EQ(name_search_text(""), "");
}

TEST(Needles, OfShortTermsBeginAWord) {
  EXPECT_EQ(needles("Zoë"), std::vector<std::string>{"zoe"});
  EXPECT_EQ(needles("Z"), std::vector<std::string>{"  z"});
  EXPECT_EQ(needles("zo 王"), (std::vector<std::string>{" zo", "  王"}));
}

TEST(MatchExpressions, QuoteWhatTheyLookFor) {
  EXPECT_EQ(match_all({"zoe", " a\"", "  *"}), R"("zoe" AND " a""" AND "  *")");
  EXPECT_EQ(match_beyond_beginning(" zo", "zo"), R"(" zo" NOT ^"  zo")");
}

}  // namespace
}  // namespace pms::patient
