// JSON as tokens and key sets need it: an object, and no member named twice, since two readers of a token must never
// see two different values.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace pms::security {

/// Nothing when the text is not JSON, not one object, deeper than 8, or names a member of any object twice.
std::optional<boost::json::object> parse_strict_object(std::string_view text);

/// The member when it is there and a string (of at least one character), else nothing.
std::optional<std::string_view> text_member(const boost::json::object&, std::string_view name);

/// A JSON string literal, quotes included.
std::string serialize_text(std::string_view);

}  // namespace pms::security
