#include "routes/etag.hpp"

#include <gtest/gtest.h>

namespace pms::patient {
namespace {

TEST(AnEntityTag, IsTheVersionInQuotes) { EXPECT_EQ(etag_of(3), "\"3\""); }

}  // namespace
}  // namespace pms::patient
