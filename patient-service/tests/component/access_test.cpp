// Who may use which route.
#include "testkit/access.hpp"

#include <gmock/gmock.h>

#include "component/running_service.hpp"

namespace pms::patient {
namespace {

using EveryRouteOfPatientService = RunningService;

TEST_F(EveryRouteOfPatientService, IsForThoseWhoHaveItsPermission) {
  const auto token_of = [this](security::Roles roles) { return issuer().token(roles); };
  EXPECT_THAT(testkit::access_breaches(origin(), app().routes(), token_of), testing::IsEmpty());
}

}  // namespace
}  // namespace pms::patient
