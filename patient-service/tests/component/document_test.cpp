// The service's OpenAPI document describes its routes: each of them, and nothing else.
#include <gtest/gtest.h>

#include "app.hpp"
#include "patients_document.hpp"
#include "testkit/services/opened_service.hpp"

namespace pms::patient {
namespace {

TEST(TheDocument, DescribesEveryRouteAndItsPermission) {
  EXPECT_EQ(testkit::operations_of<App>(), testkit::documented_operations(patients_document()));
}

}  // namespace
}  // namespace pms::patient
