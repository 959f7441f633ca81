#include "rpc/status.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace pms::rpc {
namespace {

using core::Errc;
using grpc::StatusCode;

/// Indexed by Errc. In gRPC, ABORTED is a failed check of a sequence (a version),
/// FAILED_PRECONDITION a state that forbids the call, and RESOURCE_EXHAUSTED both a quota and a
/// full disk.
constexpr StatusCode status_codes[] = {
    StatusCode::INVALID_ARGUMENT,     // invalid
    StatusCode::UNAUTHENTICATED,      // unauthenticated
    StatusCode::PERMISSION_DENIED,    // permission_denied
    StatusCode::NOT_FOUND,            // not_found
    StatusCode::ALREADY_EXISTS,       // conflict
    StatusCode::ABORTED,              // precondition_failed
    StatusCode::FAILED_PRECONDITION,  // unprocessable
    StatusCode::RESOURCE_EXHAUSTED,   // resource_exhausted
    StatusCode::INTERNAL,             // internal
    StatusCode::UNAVAILABLE,          // unavailable
    StatusCode::DEADLINE_EXCEEDED,    // deadline_exceeded
    StatusCode::RESOURCE_EXHAUSTED,   // storage_full
    StatusCode::INTERNAL,             // violation
};
static_assert(std::size(status_codes) == static_cast<std::size_t>(Errc::violation) + 1);

/// Indexed by status code, from 1. A cancelled call is one whose response never arrived. A code
/// without an equivalent is a defect.
constexpr Errc error_codes[] = {
    Errc::internal,             // OK: not an error
    Errc::unavailable,          // CANCELLED
    Errc::internal,             // UNKNOWN
    Errc::invalid,              // INVALID_ARGUMENT
    Errc::deadline_exceeded,    // DEADLINE_EXCEEDED
    Errc::not_found,            // NOT_FOUND
    Errc::conflict,             // ALREADY_EXISTS
    Errc::permission_denied,    // PERMISSION_DENIED
    Errc::resource_exhausted,   // RESOURCE_EXHAUSTED
    Errc::unprocessable,        // FAILED_PRECONDITION
    Errc::precondition_failed,  // ABORTED
    Errc::invalid,              // OUT_OF_RANGE
    Errc::internal,             // UNIMPLEMENTED
    Errc::internal,             // INTERNAL
    Errc::unavailable,          // UNAVAILABLE
    Errc::internal,             // DATA_LOSS
    Errc::unauthenticated,      // UNAUTHENTICATED
};
static_assert(std::size(error_codes) == StatusCode::UNAUTHENTICATED + 1);

constexpr std::string_view names[] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};
static_assert(std::size(names) == std::size(error_codes));

/// A peer may send any number; numbers that gRPC does not define are UNKNOWN.
std::size_t index_of(StatusCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < std::size(names) ? index : static_cast<std::size_t>(StatusCode::UNKNOWN);
}

}  // namespace

grpc::Status to_status(const core::Error& error) {
  return {status_codes[static_cast<std::size_t>(error.code)], error.message};
}

core::Error to_error(const grpc::Status& status) {
  return {.code = error_codes[index_of(status.error_code())], .message = status.error_message()};
}

std::string_view to_string(StatusCode code) { return names[index_of(code)]; }

}  // namespace pms::rpc
