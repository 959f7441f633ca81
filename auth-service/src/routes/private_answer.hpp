// Answers that concern one person.
#pragma once

#include <string>

#include "http/message.hpp"

namespace pms::auth {

/// A 200 that stays in no cache on the way.
inline http::Response private_answer(std::string json) {
  http::Response response = http::ok(std::move(json));
  response.with("Cache-Control", "no-store");
  return response;
}

}  // namespace pms::auth
