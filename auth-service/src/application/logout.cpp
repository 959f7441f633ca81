#include "application/logout.hpp"

#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

core::Task<core::Result<>> Logout::operator()(const clinic::Caller& caller, std::optional<std::string> refresh_token,
                                              Deadline deadline) {
  if (refresh_token) {
    auto found = co_await sessions_.find(hash_refresh_token(*refresh_token), deadline);
    if (!found) co_return std::unexpected(found.error());
    bool another_of_theirs = *found && (*found)->user.id == caller.user_id && (*found)->session.id != caller.session;
    if (another_of_theirs)
      if (auto ended = co_await end_session_((*found)->session.id, deadline); !ended) co_return ended;
  }
  co_return co_await end_session_(caller.session, deadline);
}

}  // namespace pms::auth
