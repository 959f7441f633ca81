#include "http/list_query.hpp"

#include <charconv>

#include "core/uuid.hpp"
#include "http/message.hpp"
#include "security/base64url.hpp"

namespace pms::patient {
namespace {

constexpr std::int64_t largest_size = 100;
constexpr std::int64_t largest_page = 1'000'000'000;

template <class T>
struct Named {
  std::string_view name;
  T value;
};

constexpr std::array<Named<SortField>, 4> sort_fields = {{{"name", SortField::name},
                                                          {"email", SortField::email},
                                                          {"registeredDate", SortField::registered_date},
                                                          {"dateOfBirth", SortField::date_of_birth}}};
constexpr std::array<Named<Direction>, 2> directions = {
    {{"asc", Direction::ascending}, {"desc", Direction::descending}}};

template <class T, std::size_t count>
std::optional<T> value_of(const std::array<Named<T>, count>& choices, std::string_view name) {
  for (const auto& choice : choices)
    if (choice.name == name) return choice.value;
  return std::nullopt;
}

template <class T, std::size_t count>
std::string_view name_of(const std::array<Named<T>, count>& choices, T value) {
  for (const auto& choice : choices)
    if (choice.value == value) return choice.name;
  return {};
}

/// Digits only, from 1 to `largest`.
std::optional<std::int64_t> parse_number(std::string_view text, std::int64_t largest) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 || number > largest) return std::nullopt;
  return number;
}

constexpr std::string_view cursor_format = "1";

std::optional<ListRequest> parse_cursor(std::string_view cursor) {
  const auto text = security::base64url_decode(cursor);
  if (!text) return std::nullopt;
  std::array<std::string_view, 8> parts;
  std::string_view rest = *text;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto comma = rest.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    parts[i] = rest.substr(0, comma);
    rest.remove_prefix(comma + 1);
  }
  parts.back() = rest;  // the search: the only part that may hold a comma

  const auto page = parse_number(parts[1], largest_page);
  const auto size = parse_number(parts[2], largest_size);
  const auto direction = value_of(directions, parts[3]);
  const auto field = value_of(sort_fields, parts[4]);
  const auto id = core::parse_uuid(parts[5]);
  const auto version = parse_number(parts[6], std::numeric_limits<std::int64_t>::max());
  if (parts[0] != cursor_format || !page || !size || !direction || !field || !id || !version) return std::nullopt;
  if (check_search(parts[7])) return std::nullopt;
  return ListRequest{.page = *page,
                     .size = *size,
                     .field = *field,
                     .direction = *direction,
                     .search = search_for(parts[7]),
                     .after = Position{*id, *version}};
}

/// Collects what is wrong, a field each.
class Violations {
 public:
  void add(std::string field, std::string message) { fields_.push_back({std::move(field), std::move(message)}); }
  bool empty() const { return fields_.empty(); }
  core::Error error() {
    std::string sentence = fields_.front().field + ": " + fields_.front().message;
    return {.code = core::Errc::invalid, .message = std::move(sentence), .fields = std::move(fields_)};
  }

 private:
  std::vector<core::FieldError> fields_;
};

void read_cursor(const http::Query& query, std::string_view cursor, ListRequest& request, Violations& violations) {
  for (const char* carried : {"page", "size", "sort", "sortField", "searchValue"})
    if (query.find(carried)) violations.add(carried, "must be left out beside a cursor, which carries it");
  if (auto parsed = parse_cursor(cursor)) {
    request = std::move(*parsed);
  } else {
    violations.add("cursor", "must be the cursor of a Link: next that this service sent");
  }
}

void read_parameters(const http::Query& query, ListRequest& request, Violations& violations) {
  if (const auto page = query.find("page")) {
    const auto number = parse_number(*page, largest_page);
    if (!number) violations.add("page", "must be a whole number from 1");
    request.page = number.value_or(1);
  }
  if (const auto size = query.find("size")) {
    const auto number = parse_number(*size, largest_size);
    if (!number) violations.add("size", fmt::format("must be a whole number from 1 to {}", largest_size));
    request.size = number.value_or(1);
  }
  if (const auto sort = query.find("sort")) {
    const auto direction = value_of(directions, *sort);
    if (!direction) violations.add("sort", "must be asc or desc");
    request.direction = direction.value_or(Direction::ascending);
  }
  if (const auto name = query.find("sortField")) {
    const auto field = value_of(sort_fields, *name);
    if (!field) violations.add("sortField", "must be name, email, registeredDate or dateOfBirth");
    request.field = field.value_or(SortField::name);
  }
  if (const auto search = query.find("searchValue")) {
    if (auto wrong = check_search(*search)) {
      violations.add("searchValue", std::move(*wrong));
    } else {
      request.search = search_for(*search);
    }
  }
}

}  // namespace

core::Result<ListRequest> read_list_query(std::string_view text) {
  const auto query = http::Query::parse(text);
  if (!query) return std::unexpected(query.error());
  if (auto known = query->only({"page", "size", "sort", "sortField", "searchValue", "cursor"}); !known)
    return std::unexpected(std::move(known.error()));

  ListRequest request;
  Violations violations;
  if (const auto cursor = query->find("cursor")) {
    read_cursor(*query, *cursor, request, violations);
  } else {
    read_parameters(*query, request, violations);
  }
  if (!violations.empty()) return std::unexpected(violations.error());
  return request;
}

std::string cursor_behind(const ListRequest& request, const Position& last) {
  return security::base64url_encode(fmt::format("{},{},{},{},{},{},{},{}", cursor_format, request.page + 1,
                                                request.size, name_of(directions, request.direction),
                                                name_of(sort_fields, request.field), last.patient_id, last.version,
                                                request.search ? request.search->text : std::string()));
}

}  // namespace pms::patient
