// Who may use which route.
#include "testkit/services/access.hpp"

#include <gmock/gmock.h>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::patient {
namespace {

using EveryRouteOfPatientService = RunningService;

TEST_F(EveryRouteOfPatientService, IsForThoseWhoHaveItsPermission) {
  const auto token_of = [this](clinic::Roles roles) { return issuer().token(roles); };
  EXPECT_THAT(testkit::access_breaches(origin(), app().routes(), token_of), testing::IsEmpty());
}

}  // namespace
}  // namespace pms::patient
