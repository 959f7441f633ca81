// The statements that find patients, for each sort field and direction, from a number or behind a patient. Each engine
// searches in its own way; these are SQLite's, on the FTS5 table `patient_search`. PostgreSQL's are added beside them
// with its driver: `name_search LIKE` over a pg_trgm index.
#pragma once

#include <cstddef>
#include <cstdint>

#include "application/patient_repository.hpp"
#include "database/statement.hpp"

namespace pms::patient {

/// Where a page begins: $1 is its limit; from a number: $2 the offset, and further parameters begin with $3; behind a
/// patient: $2 the text it is sorted by, $3 its id, and further parameters begin with $4.
enum class Begin : std::uint8_t { from_number, behind };

struct Order {
  SortField field = SortField::name;
  Direction direction = Direction::ascending;
  Begin begin = Begin::from_number;
};

/// Needles that search_in_order() takes.
constexpr std::size_t needles_in_order = 4;

/// $1 e-mail key.
const database::Statement& find_by_email();

/// How many match, up to a bound: $1 FTS5 expression, $2 bound.
const database::Statement& count_matches();

/// The same and, of the same moment, how many names begin with a term, up to the same bound: $3 the term, $4 the first
/// text beyond those that begin with it.
const database::Statement& count_matches_and_beginnings();

/// Sorts all that match: costs as much as there are matches. Further: FTS5 expression.
const database::Statement& sort_matches(const Order&);

/// Looks through the sorted list for names that hold every needle, but through so many patients at most: quick when the
/// matches are many and lie everywhere. May end before the page is full. Further: how many, four needles (empty: any).
const database::Statement& search_in_order(const Order&);

/// By name only: joins those whose name begins with a term, which lie together in the sorted list, with the other
/// matches, sorted. Further: FTS5 expression for the others, the first text that begins so, the first one beyond.
const database::Statement& join_beginnings(const Order&);

}  // namespace pms::patient
