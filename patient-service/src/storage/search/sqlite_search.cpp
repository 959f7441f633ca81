#include "storage/search/sqlite_search.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "storage/patient_columns.hpp"
#include "storage/search/name_search.hpp"
#include "storage/search/sqlite_statements.hpp"

namespace pms::patient {
namespace {

using database::Params;
using database::Statement;

/// To look at a patient of the list costs about half of what it does to sort a match, and five
/// times what it does to leave out a match whose beginning is the term. A page is looked for in the
/// list when it should be found after a quarter of as many patients as there are matches, and given
/// up after so many that the other way is not much dearer: families lie together in the order of
/// names, so that a surname is not spread evenly.
constexpr std::int64_t quicker_by = 4;
constexpr std::int64_t sorting_per_look = 2;
constexpr std::int64_t looks_per_joining = 5;

core::Task<core::Result<std::vector<Patient>>> read_patients(database::Database& database, const Statement& statement,
                                                             Params params, Deadline deadline) {
  auto rows = co_await database.query(statement, std::move(params), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  co_return patients_of(*rows);
}

core::Task<core::Result<Found>> search_email(database::Database& database, const std::string& key, const Slice& slice,
                                             Deadline deadline) {
  Params params;
  params.emplace_back(key);
  auto patients = co_await read_patients(database, find_by_email(), std::move(params), deadline);
  if (!patients) co_return std::unexpected(patients.error());
  Found found{.patients = std::move(*patients)};
  found.total = static_cast<std::int64_t>(found.patients.size());
  if (slice.after || slice.offset > 0) found.patients.clear();  // it was on the first page
  co_return found;
}

/// The first byte string after all that begin with `text`. UTF-8 has no byte 0xff.
std::string after_all_beginning_with(std::string text) {
  text.back() = static_cast<char>(text.back() + 1);
  return text;
}

/// One search by name, while it looks for a page.
class NameSearch {
 public:
  NameSearch(database::Database& database, const Search& search, const Slice& slice, std::int64_t patients,
             std::int64_t max_counted, Deadline deadline)
      : database_(database),
        search_(search),
        slice_(slice),
        order_(order_of(slice)),
        patients_(patients),
        max_counted_(max_counted),
        deadline_(deadline),
        needles_(needles_of(search)) {}

  core::Task<core::Result<Found>> run() {
    const auto counts = co_await count_up_to(max_counted_ + 1);
    if (!counts) co_return std::unexpected(counts.error());
    Found found{.total = counts->matches};
    if (found.total <= max_counted_ && slice_.offset >= found.total) co_return found;
    auto patients = co_await page(*counts);
    if (!patients) co_return std::unexpected(patients.error());
    found.patients = std::move(*patients);
    co_return found;
  }

 private:
  struct Counts {
    std::int64_t matches = 0;
    std::int64_t beginnings = 0;  ///< of them, those whose name begins with the term; 0 when that was not asked for
  };

  /// Beginnings are counted for one term in the order of names only, where they lie together: a
  /// given name is at the beginning of nearly all that match. Both in one statement: of two
  /// moments, equal numbers would say nothing.
  core::Task<core::Result<Counts>> count_up_to(std::int64_t bound) {
    const bool beginnings = order_.field == SortField::name && needles_.size() == 1;
    Params params;
    params.emplace_back(match_all(needles_));
    params.emplace_back(bound);
    if (beginnings) {
      params.emplace_back(search_.terms[0]);
      params.emplace_back(after_all_beginning_with(search_.terms[0]));
    }
    const Statement& statement = beginnings ? count_matches_and_beginnings() : count_matches();
    const auto rows = co_await database_.query(statement, std::move(params), deadline_);
    if (!rows) co_return std::unexpected(rows.error());
    const database::Row& row = rows->front();
    co_return Counts{.matches = row.integer(0), .beginnings = beginnings ? row.integer(1) : 0};
  }

  core::Task<core::Result<std::vector<Patient>>> page(Counts counts) {
    const auto [matches, begin] = counts;
    if (begin == matches && matches <= max_counted_) co_return co_await beginnings();
    const bool most_begin = 2 * begin > matches;
    if (is_worth_looking(matches)) {
      const std::int64_t looks = matches / (most_begin ? looks_per_joining : sorting_per_look);
      auto patients = co_await in_order(std::max(looks, 2 * (slice_.offset + slice_.limit)));
      if (!patients || patients->size() == static_cast<std::size_t>(slice_.limit)) co_return patients;
    }
    if (most_begin) co_return co_await beginnings_and_others();
    co_return co_await sorted();
  }

  /// Looking through the list takes so many patients if the matches are spread over it evenly.
  bool is_worth_looking(std::int64_t matches) const {
    if (needles_.size() > max_needles_in_order) return false;
    const std::int64_t looks = (slice_.offset + slice_.limit) * patients_ / std::max<std::int64_t>(matches, 1);
    return matches > max_counted_ || quicker_by * looks < matches;
  }

  core::Task<core::Result<std::vector<Patient>>> sorted() {
    Params params = page_parameters(slice_);
    params.emplace_back(match_all(needles_));
    return read_patients(database_, sort_matches(order_), std::move(params), deadline_);
  }

  core::Task<core::Result<std::vector<Patient>>> in_order(std::int64_t at_most) {
    Params params = page_parameters(slice_);
    params.emplace_back(at_most);
    for (std::size_t i = 0; i < max_needles_in_order; ++i)
      params.emplace_back(i < needles_.size() ? needles_[i] : std::string());
    return read_patients(database_, search_in_order(order_), std::move(params), deadline_);
  }

  core::Task<core::Result<std::vector<Patient>>> beginnings() { return joined(match_nothing()); }

  core::Task<core::Result<std::vector<Patient>>> beginnings_and_others() {
    return joined(match_beyond_beginning(needles_[0], search_.terms[0]));
  }

  core::Task<core::Result<std::vector<Patient>>> joined(std::string others) {
    Params params = page_parameters(slice_);
    params.emplace_back(std::move(others));
    params.emplace_back(search_.terms[0]);
    params.emplace_back(after_all_beginning_with(search_.terms[0]));
    return read_patients(database_, join_beginnings(order_), std::move(params), deadline_);
  }

  database::Database& database_;
  const Search& search_;
  const Slice& slice_;
  const Order order_;
  const std::int64_t patients_;
  const std::int64_t max_counted_;
  const Deadline deadline_;
  const std::vector<std::string> needles_;
};

}  // namespace

core::Task<core::Result<Found>> SqliteSearch::search(const Search& search, const Slice& slice, std::int64_t patients,
                                                     std::int64_t max_counted, Deadline deadline) {
  if (search.email) co_return co_await search_email(database_, *search.email, slice, deadline);
  NameSearch by_name(database_, search, slice, patients, max_counted, deadline);
  co_return co_await by_name.run();
}

}  // namespace pms::patient
