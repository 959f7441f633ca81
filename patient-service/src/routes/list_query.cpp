#include "routes/list_query.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <limits>
#include <optional>

#include "core/uuid.hpp"
#include "core/violations.hpp"
#include "http/message.hpp"
#include "rest/paging.hpp"
#include "security/base64url.hpp"

namespace pms::patient {
namespace {

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

/// "name, email, … or dateOfBirth"
template <class T, std::size_t count>
std::string names_of(const std::array<Named<T>, count>& choices) {
  std::string names;
  for (const auto& choice : choices) {
    const bool last = &choice == &choices.back();
    names += fmt::format("{}{}", names.empty() ? "" : last ? " or " : ", ", choice.name);
  }
  return names;
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

  const auto page = rest::whole_number(parts[1], 1, rest::max_page);
  const auto size = rest::whole_number(parts[2], 1, rest::max_page_size);
  const auto direction = value_of(directions, parts[3]);
  const auto field = value_of(sort_fields, parts[4]);
  const auto id = core::parse_uuid(parts[5]);
  const auto version = rest::whole_number(parts[6], 1, std::numeric_limits<std::int64_t>::max());
  if (parts[0] != cursor_format || !page || !size || !direction || !field || !id || !version) return std::nullopt;
  if (check_search(parts[7])) return std::nullopt;
  return ListRequest{.page = *page,
                     .size = *size,
                     .field = *field,
                     .direction = *direction,
                     .search = search_for(parts[7]),
                     .after = Position{*id, *version}};
}

void read_cursor(const http::Query& query, std::string_view cursor, ListRequest& request,
                 core::Violations& violations) {
  for (const char* carried : {"page", "size", "sort", "sortField", "searchValue"})
    if (query.find(carried)) violations.add(carried, "must be omitted with a cursor, which contains it");
  if (auto parsed = parse_cursor(cursor)) {
    request = std::move(*parsed);
  } else {
    violations.add("cursor", "must be the cursor of a Link: next that this service sent");
  }
}

void read_parameters(const http::Query& query, ListRequest& request, core::Violations& violations) {
  const rest::PageRequest wanted = rest::read_page(query, violations);
  request.page = wanted.page;
  request.size = wanted.size;
  if (const auto sort = query.find("sort")) {
    const auto direction = value_of(directions, *sort);
    if (!direction) violations.add("sort", "must be asc or desc");
    request.direction = direction.value_or(Direction::ascending);
  }
  if (const auto name = query.find("sortField")) {
    const auto field = value_of(sort_fields, *name);
    if (!field) violations.add("sortField", fmt::format("must be {}", names_of(sort_fields)));
    request.field = field.value_or(SortField::name);
  }
  if (const auto search = query.find("searchValue")) {
    auto wrong = check_search(*search);
    if (!wrong) request.search = search_for(*search);
    violations.add("searchValue", std::move(wrong));
  }
}

}  // namespace

core::Result<ListRequest> read_list_query(std::string_view text) {
  const auto query = http::Query::parse(text);
  if (!query) return std::unexpected(query.error());
  if (auto known = query->only({"page", "size", "sort", "sortField", "searchValue", "cursor"}); !known)
    return std::unexpected(std::move(known.error()));

  ListRequest request;
  core::Violations violations;
  if (const auto cursor = query->find("cursor")) {
    read_cursor(*query, *cursor, request, violations);
  } else {
    read_parameters(*query, request, violations);
  }
  if (auto read = violations.result(); !read) return std::unexpected(std::move(read.error()));
  return request;
}

std::string cursor_after(const ListRequest& request, const Position& last) {
  return security::base64url_encode(fmt::format("{},{},{},{},{},{},{},{}", cursor_format, request.page + 1,
                                                request.size, name_of(directions, request.direction),
                                                name_of(sort_fields, request.field), last.patient_id, last.version,
                                                request.search ? request.search->text : std::string()));
}

}  // namespace pms::patient
