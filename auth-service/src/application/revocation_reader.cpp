#include "application/revocation_reader.hpp"

#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

core::Task<core::Result<>> RevocationReader::read(Deadline deadline) {
  core::Timestamp now = clock_.now();
  while (true) {
    auto feed = co_await feed_.after(read_up_to_, now, deadline);
    if (!feed) co_return std::unexpected(feed.error());
    if (feed->revocations.empty()) break;
    for (const security::Revocation& revocation : feed->revocations) list_.add(revocation);
    read_up_to_ = feed->revocations.back().number;
  }
  list_.forget_expired(now);
  co_return core::Result<>{};
}

}  // namespace pms::auth
