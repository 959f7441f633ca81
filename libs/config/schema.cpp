#include "config/schema.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cctype>
#include <limits>
#include <map>
#include <stdexcept>

#include "config/values.hpp"
#include "core/time.hpp"

namespace pms::config {
namespace {

using std::chrono::milliseconds;

/// "must be one of a, b", "must be a duration such as …: 1ms to 5s", "must be an integer: 0 to
/// 65535".
template <class T>
std::string requirement(const Check<T>& check) {
  const std::string wanted = Value<T>::wanted();
  std::string allowed = check.allowed;
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
    if (allowed.empty()) allowed = between(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()).allowed;
  const bool both = !wanted.empty() && !allowed.empty();
  return "must be " + wanted + (both ? ": " : "") + allowed;
}

/// A `|` would end the cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

/// A secret may be in a file, too.
std::string file_variant(const Property& property) {
  return property.type == "secret" ? "; `" + environment_name(property.key) + "_FILE` names a file that holds it" : "";
}

std::string code_cell(std::string_view text) { return text.empty() ? std::string() : "`" + cell(text) + "`"; }

}  // namespace

template <class T>
Check<T> between(T low, T high) {
  return {[low, high](const T& value) { return low <= value && value <= high; },
          Value<T>::text(low) + " to " + Value<T>::text(high)};
}

template Check<std::int64_t> between(std::int64_t, std::int64_t);
template Check<std::uint16_t> between(std::uint16_t, std::uint16_t);
template Check<std::uint32_t> between(std::uint32_t, std::uint32_t);
template Check<milliseconds> between(milliseconds, milliseconds);

Check<std::string> one_of(std::vector<std::string> choices) {
  std::string allowed = "one of ";
  for (const std::string& choice : choices) allowed += (&choice == choices.data() ? "" : ", ") + choice;
  return {[choices = std::move(choices)](const std::string& value) { return std::ranges::count(choices, value) > 0; },
          std::move(allowed)};
}

Check<std::string> not_empty() {
  return {[](const std::string& value) { return !value.empty(); }, "non-empty text"};
}

Check<std::string> time_zone() {
  return {.accepts = [](const std::string& name) { return core::TimeZone::load(name).has_value(); },
          .allowed = "the name of a time zone, e.g. UTC or Europe/Berlin"};
}

Check<std::string> listen_address() {
  return {.accepts =
              [](const std::string& address) {
                boost::system::error_code wrong;
                boost::asio::ip::make_address(address, wrong);
                return address == "localhost" || !wrong;
              },
          .allowed = "an IP address such as 127.0.0.1 or ::1, or localhost"};
}

template <class T>
void Schema::property(std::string key, T* target, std::type_identity_t<T> default_value, std::string description,
                      Check<std::type_identity_t<T>> check) {
  std::string default_text = Value<T>::text(default_value);
  *target = std::move(default_value);
  std::string allowed = check.allowed;
  auto assign = [target, check = std::move(check)](std::string_view text) -> core::Result<> {
    auto value = Value<T>::parse(text);
    if (!value || (check.accepts && !check.accepts(*value))) return core::fail(core::Errc::invalid, requirement(check));
    *target = std::move(*value);
    return {};
  };
  add({.key = std::move(key),
       .type = std::string(Value<T>::type),
       .default_text = std::move(default_text),
       .description = std::move(description),
       .allowed = std::move(allowed),
       .assign = std::move(assign)});
}

template void Schema::property(std::string, std::string*, std::string, std::string, Check<std::string>);
template void Schema::property(std::string, std::int64_t*, std::int64_t, std::string, Check<std::int64_t>);
template void Schema::property(std::string, std::uint16_t*, std::uint16_t, std::string, Check<std::uint16_t>);
template void Schema::property(std::string, std::uint32_t*, std::uint32_t, std::string, Check<std::uint32_t>);
template void Schema::property(std::string, bool*, bool, std::string, Check<bool>);
template void Schema::property(std::string, milliseconds*, milliseconds, std::string, Check<milliseconds>);
template void Schema::property(std::string, std::vector<std::string>*, std::vector<std::string>, std::string,
                               Check<std::vector<std::string>>);
template void Schema::property(std::string, Secret*, Secret, std::string, Check<Secret>);

void Schema::add(Property declared) {
  const auto known = std::ranges::find(properties_, declared.key, &Property::key);
  if (known == properties_.end()) {
    properties_.push_back(std::move(declared));
    return;
  }
  if (known->type != declared.type || known->default_text != declared.default_text)
    throw std::logic_error("property " + declared.key + " is declared twice with different types or defaults");
  known->assign = [first = std::move(known->assign), second = std::move(declared.assign)](std::string_view text) {
    auto assigned = first(text);
    return assigned ? second(text) : assigned;
  };
}

void Schema::share_sections(std::span<const std::string_view> sections) {
  shared_sections_.assign(sections.begin(), sections.end());
}

const Property* Schema::find(std::string_view key) const {
  const auto found = std::ranges::find(properties_, key, &Property::key);
  return found == properties_.end() ? nullptr : &*found;
}

bool Schema::belongs_elsewhere(std::string_view key) const {
  const auto section_of = [](std::string_view name) { return name.substr(0, name.find('.')); };
  const std::string_view section = section_of(key);
  return std::ranges::count(shared_sections_, section) > 0 &&
         std::ranges::none_of(properties_,
                              [&](const Property& property) { return section_of(property.key) == section; });
}

std::string environment_name(std::string_view key) {
  std::string name = "PMS_";
  for (const char c : key)
    name += c == '.' || c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::string to_markdown(const Schema& schema) {
  std::map<std::string, std::string> rows_by_section;
  for (const Property& property : schema.properties())
    rows_by_section[property.key.substr(0, property.key.find('.'))] +=
        "| `" + property.key + "` | " + property.type + " | " + code_cell(property.default_text) + " | " +
        cell(property.allowed) + " | " + cell(property.description) + file_variant(property) + " |\n";
  std::string text;
  for (const auto& [section, rows] : rows_by_section)
    text += (text.empty() ? "## " : "\n## ") + section +
            "\n\n| property | type | default | allowed | meaning |\n|---|---|---|---|---|\n" + rows;
  return text;
}

}  // namespace pms::config
