#include "core/text.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace pms::core {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, IsRecognised) {
  for (auto text : {""sv, "plain"sv, "Zoë"sv, "李小龍"sv, "🩺"sv, "\0"sv, "\xed\x9f\xbf"sv, "\xee\x80\x80"sv,
                    "\xf4\x8f\xbf\xbf"sv, "a long plain text with one ñ"sv})
    EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(Utf8, IllFormedIsRefused) {
  for (auto text :
       {"\x80"sv, "\xc3"sv, "\xc3("sv, "\xc0\xaf"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv, "\xe2\x82"sv,
        "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv, "eight ok\xe2\x82("sv})
    EXPECT_FALSE(is_utf8(text));
}

TEST(Length, CountsCodePoints) {
  EXPECT_EQ(length_in_code_points(""), 0U);
  EXPECT_EQ(length_in_code_points("Zoë"), 3U);
  EXPECT_EQ(length_in_code_points("李🩺"), 2U);
}

TEST(ControlCharacters, AreFoundInBothRanges) {
  for (auto text : {"a\nb"sv, "\0"sv, "a\x7f"sv, "a\xc2\x80"sv, "\xc2\x9f"sv}) EXPECT_TRUE(has_control_character(text));
  for (auto text : {""sv, "Ana"sv, "\xc2\xa0"sv, "ë"sv, "\xe2\x80\x80"sv}) EXPECT_FALSE(has_control_character(text));
}

TEST(Blank, IsWhatShowsNothing) {
  for (auto text : {""sv, "  "sv, "\t\n"sv, "\u00a0\u3000\u2009"sv, "\u0085"sv, "\u200b\ufeff"sv})
    EXPECT_TRUE(is_blank(text));
  for (auto text : {"a"sv, "  ë "sv, "."sv}) EXPECT_FALSE(is_blank(text));
}

TEST(FoldForSearch, DropsCaseAndMarks) {
  EXPECT_EQ(fold_for_search("Zoë"), "zoe");
  EXPECT_EQ(fold_for_search("Zoe\u0308"), "zoe");
  EXPECT_EQ(fold_for_search("ANA"), "ana");
  EXPECT_EQ(fold_for_search("Łukasz Ångström"), "lukasz angstrom");
  EXPECT_EQ(fold_for_search("Nguyễn Thị Ánh"), "nguyen thi anh");
  EXPECT_EQ(fold_for_search("İstanbul"), "istanbul");
  EXPECT_EQ(fold_for_search("Straße"), "strasse");
  EXPECT_EQ(fold_for_search("Ἀθηνᾶ"), "αθηνα");
  EXPECT_EQ(fold_for_search("ЁЛКА"), "елка");
}

TEST(FoldForSearch, TakesLettersWithoutADecompositionAsThePlainOnes) {
  EXPECT_EQ(fold_for_search("Øystein SØREN"), "oystein soren");
  EXPECT_EQ(fold_for_search("Işık"), fold_for_search("IŞIK"));
  EXPECT_EQ(fold_for_search("Đặng Þór Ægir Œuvre"), "dang thor aegir oeuvre");
  EXPECT_EQ(fold_for_search("O’Brien"), "o'brien");
  EXPECT_EQ(fold_for_search("Smith‐Jones–King"), "smith-jones-king");
}

TEST(FoldForSearch, TakesCompatibleFormsAsTheSame) {
  EXPECT_EQ(fold_for_search("Ａｎａ"), "ana");
  EXPECT_EQ(fold_for_search("ﬁona"), "fiona");
  EXPECT_EQ(fold_for_search("℡"), "tel");
  EXPECT_EQ(fold_for_search("한"), fold_for_search("\u1112\u1161\u11ab"));
}

TEST(FoldForSearch, JoinsWhiteSpaceAndDropsWhatIsIgnorable) {
  EXPECT_EQ(fold_for_search("  Ana \t  Maria\n"), "ana maria");
  EXPECT_EQ(fold_for_search("Zoë\u00a0\u3000\u2028Müller "), "zoe muller");
  EXPECT_EQ(fold_for_search("Mu\u00adster"), "muster");
  EXPECT_EQ(fold_for_search("An\u200ba"), "ana");
}

TEST(FoldForSearch, OfItsOwnResultChangesNothing) {
  for (auto text : {"Zoë  Ångström"sv, "İ"sv, "ẞ"sv, "ŉ"sv, "ΐ"sv, "Ǆ"sv, "ﷺ"sv, "℀"sv, "각"sv, "\u0345Α"sv, "が"sv,
                    "Ǽ"sv, "Ǿ"sv, "’"sv}) {
    const std::string once = fold_for_search(text);
    EXPECT_EQ(fold_for_search(once), once) << text;
    EXPECT_TRUE(is_utf8(once));
  }
}

TEST(FoldForSearch, KeepsTheBytesOfIllFormedText) {
  EXPECT_EQ(fold_for_search("A \xff B"), "A \xff B");
  EXPECT_EQ(email_key("A\xff"), "A\xff");
}

TEST(FoldForSort, PutsNamesInTheirFoldedOrder) {
  EXPECT_LT(fold_for_sort("Émile"), fold_for_sort("Frank"));
  EXPECT_LT(fold_for_sort("anna"), fold_for_sort("Berta"));
  EXPECT_EQ(fold_for_sort("ÉMILE"), fold_for_sort("emile"));
}

using Words = std::vector<std::string_view>;

TEST(InnerWords, BeginBehindPunctuation) {
  EXPECT_EQ(inner_words("zoe"), Words());
  EXPECT_EQ(inner_words(""), Words());
  EXPECT_EQ(inner_words("o'brien-smith"), (Words{"brien-smith", "smith"}));
  EXPECT_EQ(inner_words("(zoe)"), (Words{"zoe)"}));
  EXPECT_EQ(inner_words("j.-p.«é»"), (Words{"p.«é»", "é»"}));
}

TEST(InnerWords, BeginAtEachIdeograph) {
  EXPECT_EQ(inner_words("王小明"), (Words{"小明", "明"}));
  EXPECT_EQ(inner_words("김철수"), (Words{"철수", "수"}));
  EXPECT_EQ(inner_words("さとうjr"), (Words{"とうjr", "うjr"}));
}

TEST(FirstCodePoints, AreWholeCharacters) {
  EXPECT_EQ(first_code_points("王小明", 2), "王小");
  EXPECT_EQ(first_code_points("é", 2), "é");
  EXPECT_EQ(first_code_points("", 1), "");
  EXPECT_EQ(first_code_points("😀a", 1), "😀");
}

TEST(EmailKey, DropsCaseButKeepsMarks) {
  EXPECT_EQ(email_key("Ana@Example.COM"), "ana@example.com");
  EXPECT_EQ(email_key("ZOË@example.com"), "zoë@example.com");
  EXPECT_EQ(email_key("Zoe\u0308@example.com"), "zoë@example.com");
  EXPECT_NE(email_key("zoë@example.com"), email_key("zoe@example.com"));
}

}  // namespace
}  // namespace pms::core
