// Creates responses that contain personal data.
#pragma once

#include <string>

#include "http/message.hpp"

namespace pms::auth {

/// Returns a 200 response that no cache may store.
inline http::Response private_answer(std::string json) {
  http::Response response = http::ok(std::move(json));
  response.with("Cache-Control", "no-store");
  return response;
}

}  // namespace pms::auth
