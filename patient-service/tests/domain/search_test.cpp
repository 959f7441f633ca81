#include "domain/search.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace pms::patient {
namespace {

using Terms = std::vector<std::string>;

TEST(ASearch, IsForFoldedTermsOfAName) {
  const Search search = search_for("  Müller \u00a0 ZOË ").value();
  EXPECT_EQ(search.terms, (Terms{"muller", "zoe"}));
  EXPECT_EQ(search.email, std::nullopt);
  EXPECT_EQ(search.text, "Müller \u00a0 ZOË");
}

TEST(ASearch, HoldsEachTermOnce) { EXPECT_EQ(search_for("zoe Zoë ana zoe").value().terms, (Terms{"zoe", "ana"})); }

TEST(ASearch, WithAnAtSignIsForAWholeEmail) {
  EXPECT_EQ(search_for(" Ana@Example.com ").value().email, "ana@example.com");
  EXPECT_EQ(search_for("Zoe\u0308@example.com").value().email, "zoë@example.com");
  EXPECT_EQ(search_for("ana@").value().email, "ana@");
  EXPECT_TRUE(search_for("ana@example.com").value().terms.empty());
}

TEST(ASearch, IsNoneWithoutAnythingToLookFor) {
  for (const char* text : {"", "  ", "\u00a0\u3000", "\u200b", "\u0301"}) EXPECT_FALSE(search_for(text)) << text;
}

TEST(ASearch, HasAtMost254CharactersAndNoControls) {
  std::string longest;
  for (int i = 0; i < 254; ++i) longest += "王";
  EXPECT_EQ(check_search(longest), std::nullopt);
  EXPECT_EQ(check_search(longest + "a"), "must have at most 254 characters");
  EXPECT_EQ(check_search("a\tb"), "must not contain control characters");
  EXPECT_EQ(check_search(std::string("a\0b", 3)), "must not contain control characters");
  EXPECT_EQ(check_search("\xff"), "must be well-formed UTF-8");
  EXPECT_EQ(check_search(""), std::nullopt);
}

}  // namespace
}  // namespace pms::patient
