// Tests who may use which route.
#include "testkit/services/access.hpp"

#include <gmock/gmock.h>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::analytics {
namespace {

using EveryRouteOfAnalyticsService = RunningService;

TEST_F(EveryRouteOfAnalyticsService, IsForThoseWhoHaveItsPermission) {
  const auto token_of = [this](clinic::Roles roles) { return issuer_.token(roles); };
  EXPECT_THAT(testkit::access_breaches(origin_, app_->routes(), token_of), testing::IsEmpty());
}

}  // namespace
}  // namespace pms::analytics
