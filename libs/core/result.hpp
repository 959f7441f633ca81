// Errors as values: every kind of failure in the system, and the type that carries it.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pms::core {

/// The kind of failure. http/problem.cpp maps each to an HTTP status, rpc/status.cpp to a gRPC
/// status.
enum class Errc : std::uint8_t {
  invalid,              ///< the input breaks a rule; `fields` says which (400)
  unauthenticated,      ///< missing or invalid credentials (401)
  permission_denied,    ///< the caller's roles do not allow it (403)
  not_found,            ///< (404)
  conflict,             ///< conflicts with stored data, e.g. an e-mail address in use; `fields` says which (409)
  precondition_failed,  ///< the expected version is not the current one (412)
  unprocessable,        ///< understood, but contradicts an earlier request (422)
  resource_exhausted,   ///< the caller's limit is exhausted (429)
  internal,             ///< a defect of ours (500)
  unavailable,          ///< a dependency is unavailable; try again (503)
  deadline_exceeded,    ///< not done in time (504)
  storage_full,         ///< no space left to write (507)
  violation,            ///< database only: a constraint rejected a row; `message` is `table.column[,column]`
};

struct FieldError {
  std::string field;    ///< the JSON member, query parameter or option
  std::string message;  ///< what would be right
};

struct Error {
  Errc code = Errc::internal;
  std::string message;  ///< one sentence; safe to show and to log, without personal data
  std::vector<FieldError> fields = {};
  std::optional<std::chrono::milliseconds> retry_after = {};
};

template <class T = void>
using Result = std::expected<T, Error>;

/// `return core::fail(Errc::not_found, "no such patient");`
inline std::unexpected<Error> fail(Errc code, std::string message) {
  return std::unexpected(Error{.code = code, .message = std::move(message)});
}

/// `return core::fail_field("name", "must not be empty");` returns an `invalid` error of one field.
inline std::unexpected<Error> fail_field(std::string field, std::string message) {
  std::string sentence = field + ": " + message;
  return std::unexpected(
      Error{.code = Errc::invalid, .message = std::move(sentence), .fields = {{std::move(field), std::move(message)}}});
}

}  // namespace pms::core
