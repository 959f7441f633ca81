// Tests who may use which route.
#include "testkit/services/access.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <string>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::auth {
namespace {

TEST(EveryRouteOfAuthService, IsForThoseWhoHaveItsPermission) {
  const testkit::TemporaryFolder folder;
  const std::string password = "seven purple violins";
  RunningService service(test_config(folder));
  const auto email_of = [](clinic::Role role) { return fmt::format("{}@example.com", clinic::to_string(role)); };
  for (const clinic::Role role : clinic::all_roles()) service.make_user(email_of(role), password, {role});
  const auto token_of = [&](clinic::Roles roles) {
    const auto role = std::ranges::find_if(clinic::all_roles(), [&](auto one) { return roles.has(one); });
    return std::string(service.log_in(email_of(*role), password).json().at("token").as_string());
  };
  const std::string listening = service.app().listening().front();  // http 127.0.0.1:4005
  const std::string origin = "http://" + listening.substr(listening.find(' ') + 1);
  EXPECT_THAT(testkit::access_breaches(origin, service.app().routes(), token_of), testing::IsEmpty());
}

}  // namespace
}  // namespace pms::auth
