#include "config/load.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "config/environment.hpp"
#include "config/flags.hpp"
#include "config/given.hpp"
#include "config/yaml_file.hpp"
#include "core/result.hpp"

namespace pms::config {
namespace {

/// A value as it may stand in a message: one line, not too long.
std::string shown(const std::string& value) {
  constexpr std::size_t max_shown_bytes = 80;
  std::string text = value.size() <= max_shown_bytes ? value : value.substr(0, max_shown_bytes) + "…";
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return text;
}

core::Error everything_wrong(std::vector<core::FieldError> wrong) {
  std::string message = wrong.size() == 1 ? wrong.front().field + ": " + wrong.front().message
                                          : std::to_string(wrong.size()) + " errors in the configuration";
  return {.code = core::Errc::invalid, .message = std::move(message), .fields = std::move(wrong)};
}

}  // namespace

core::Result<> load(const Schema& schema, const Sources& sources) {
  Findings all;
  if (!sources.file.empty()) {
    auto file = read_file(schema, sources.file);
    if (!file) return std::unexpected(std::move(file.error()));
    all = *std::move(file);
  }
  for (Findings& more : std::array{read_environment(schema, sources), read_flags(schema, sources.flags)}) {
    std::ranges::move(more.given, std::back_inserter(all.given));
    std::ranges::move(more.wrong, std::back_inserter(all.wrong));
  }

  std::map<std::string_view, const Given*> winners;  // the last one given has the highest precedence
  for (const Given& given : all.given) winners[given.key] = &given;
  for (const Property& property : schema.properties()) {
    const auto winner = winners.find(property.key);
    if (winner == winners.end()) continue;
    const Given& given = *winner->second;
    const auto assigned = property.assign(given.value);
    if (assigned) continue;
    const std::string value = property.type == "secret" ? "" : "\"" + shown(given.value) + "\" ";
    all.wrong.push_back({property.key, value + "(" + given.origin + ") is invalid: " + assigned.error().message});
  }
  if (!all.wrong.empty()) return std::unexpected(everything_wrong(std::move(all.wrong)));
  return {};
}

Sources process_sources(int argc, const char* const* argv) {
  Sources sources;
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing sets variables here
    if (value == nullptr) return std::nullopt;
    return value;
  };
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    sources.environment_names.emplace_back(variable.substr(0, variable.find('=')));
  }
  sources.file = sources.environment("PMS_CONFIG_FILE").value_or("");
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("--config=") && argument.size() > 9) {
      sources.file = argument.substr(9);
    } else if (argument == "--config" && i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--")) {
      sources.file = argv[++i];
    } else {
      sources.flags.emplace_back(argument);
    }
  }
  return sources;
}

}  // namespace pms::config
