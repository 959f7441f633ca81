// A small configuration with a property of every type, and the sources to load it from.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"
#include "config/schema.hpp"
#include "core/result.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::config {

class Loading : public testing::Test {
 protected:
  Loading() {
    using namespace std::chrono_literals;
    static constexpr std::array<std::string_view, 8> sections = {"gateway",   "auth",   "patient", "billing",
                                                                 "analytics", "tokens", "events",  "clinic"};
    schema.share_sections(sections);
    schema.property("log.level", &level, "info", "Level", one_of({"debug", "info", "warning", "error"}));
    schema.property("patient.http.host", &host, "127.0.0.1", "Host", not_empty());
    schema.property("patient.http.port", &port, 4000, "Port", between<std::uint16_t>(1, 65535));
    schema.property("patient.billing.deadline", &deadline, 250ms, "Deadline",
                    between<std::chrono::milliseconds>(1ms, 5s));
    schema.property("patient.rows", &rows, 10, "Rows");
    schema.property("patient.demo", &demo, false, "Demo");
    schema.property("patient.origins", &origins, {}, "Origins");
    schema.property("patient.keys.secret", &secret, {}, "Secret",
                    Check<Secret>{[](const Secret& s) { return s.value.size() != 3; }, "not three bytes"});
  }

  void write(const std::string& text) {
    sources.file = folder / "pms.yaml";
    std::ofstream(sources.file) << text;
  }
  void set(const std::string& variable, const std::string& value) {
    variables[variable] = value;
    sources.environment_names.push_back(variable);
    sources.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
  }
  core::Result<> load() { return config::load(schema, sources); }

  /// Returns the violations as "field: message" lines, without the name of the temporary folder.
  std::string complaints() {
    const auto loaded = load();
    if (loaded) return "";
    EXPECT_EQ(loaded.error().code, core::Errc::invalid);
    std::string lines;
    for (const auto& [field, message] : loaded.error().fields) lines += field + ": " + message + "\n";
    const std::string cut = folder.path().string() + "/";
    for (std::size_t at = 0; (at = lines.find(cut)) != lines.npos;) lines.erase(at, cut.size());
    return lines;
  }

  testkit::TemporaryFolder folder;
  std::map<std::string, std::string> variables;
  Sources sources;
  Schema schema;
  std::string level;
  std::string host;
  std::uint16_t port = 0;
  std::uint32_t rows = 0;
  std::chrono::milliseconds deadline{};
  bool demo = true;
  std::vector<std::string> origins;
  Secret secret;
};

}  // namespace pms::config
