// The query of GET /patients: page, size, sort, sortField, searchValue; or a cursor, which stands
// for all of them.
#pragma once

#include <string>
#include <string_view>

#include "application/list_patients.hpp"
#include "core/result.hpp"

namespace pms::patient {

/// Error: `invalid`, naming each parameter that is unknown, out of range, or given together with a
/// cursor.
core::Result<ListRequest> read_list_query(std::string_view query);

/// The cursor of the page that follows the one of `request`, which ended at `last`: base64url text
/// that only this file reads. It holds the search, as the query did, and no other personal data.
std::string cursor_after(const ListRequest& request, const Position& last);

}  // namespace pms::patient
