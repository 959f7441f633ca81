// Errors as answers: RFC 9457 application/problem+json, from one table of code -> status.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "http/message.hpp"

namespace pms::http {

int status_of(core::Errc);

/// {type: "about:blank", title, status, detail, instance, traceId, errors?}; adds Retry-After where
/// the error says so.
Response problem(const core::Error&, const Request&);
/// A problem with a status that has no Errc (404 of an unknown path, 405, 413, 415, …).
Response problem(int status, std::string_view detail, const Request&);

}  // namespace pms::http
