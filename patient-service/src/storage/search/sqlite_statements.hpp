// The statements that find patients on SQLite, on the FTS5 table `patient_search`. PostgreSQL's are
// added beside them with its driver: `name_search LIKE` over a pg_trgm index.
#pragma once

#include <cstddef>

#include "database/statement.hpp"
#include "storage/ordered_statements.hpp"

namespace pms::patient {

/// The number of needles that search_in_order() takes.
constexpr std::size_t max_needles_in_order = 4;

/// $1 e-mail key.
const database::Statement& find_by_email();

/// Counts the matches up to a bound: $1 FTS5 expression, $2 bound.
const database::Statement& count_matches();

/// Counts the matches and, at the same moment, the names that begin with a term, both up to a
/// bound: $1 FTS5 expression, $2 bound, $3 the term, $4 the first text after those that begin with
/// it.
const database::Statement& count_matches_and_beginnings();

/// Sorts all matches; its cost grows with their number. Further parameter: FTS5 expression.
const database::Statement& sort_matches(const Order&);

/// Looks through the sorted list for names that contain every needle, but through a limited number
/// of patients: fast if there are many matches that lie everywhere. May end before the page is
/// full. Further parameters: the number of patients, four needles (an empty one matches any name).
const database::Statement& search_in_order(const Order&);

/// By name only: joins the names that begin with a term, which lie together in the sorted list,
/// with the other matches, sorted. Further parameters: FTS5 expression for the others, the first
/// text that begins so, the first text after those.
const database::Statement& join_beginnings(const Order&);

}  // namespace pms::patient
