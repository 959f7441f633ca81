#include "config/yaml_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <expected>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "config/suggestion.hpp"
#include "core/result.hpp"

namespace pms::config {
namespace {

constexpr std::size_t max_file_bytes = 1 << 20;
constexpr std::size_t max_values = 1'000;  // aliases can multiply a small file
constexpr int max_depth = 16;              // and make it endless

core::Result<std::string> read_text(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return core::fail_field(path, "is a folder, not a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) return core::fail_field(path, std::string("cannot be read: ") + std::strerror(errno));
  std::string text(max_file_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return core::fail_field(path, "cannot be read");
  if (text.size() > max_file_bytes) return core::fail_field(path, "is larger than 1 MiB");
  return text;
}

/// Sees only where documents begin.
class DocumentStarts : public YAML::EventHandler {
 public:
  int last_line = 0;
  void OnDocumentStart(const YAML::Mark& mark) override { last_line = mark.line + 1; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// The line where something follows the first document, or 0. YAML::Load would leave it out in
/// silence, and YAML::LoadAll never ends on some texts that are no YAML (as ",,a: b" in yaml-cpp
/// 0.7).
int line_after_first_document(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  DocumentStarts starts;
  const bool more = parser.HandleNextDocument(starts) && parser.HandleNextDocument(starts);
  return more ? starts.last_line : 0;
}

/// Walks the tree and turns nested maps into dotted keys.
class Flattener {
 public:
  Flattener(const Schema& schema, std::string path) : schema_(schema), path_(std::move(path)) {
    for (const Property& property : schema.properties()) known_.push_back(property.key);
  }

  void walk_map(const YAML::Node& map, const std::string& prefix, int depth) {
    for (const auto& entry : map) {
      if (values_ > max_values) return;
      if (!entry.first.IsScalar()) {
        wrong(prefix, "a key must be plain text", entry.first);
        continue;
      }
      walk(entry.second, entry.first, prefix + (prefix.empty() ? "" : ".") + entry.first.Scalar(), depth);
    }
  }

  Findings take() {
    if (values_ > max_values) found_.wrong.push_back({path_, "contains more than 1000 values"});
    return std::move(found_);
  }

 private:
  void walk(const YAML::Node& value, const YAML::Node& key_node, const std::string& key, int depth) {
    if (value.IsMap() && depth >= max_depth) return wrong(key, "is nested too deeply", key_node);
    if (value.IsMap()) return walk_map(value, key, depth + 1);
    ++values_;
    const Property* property = schema_.find(key);
    if (property == nullptr) {
      const bool empty_section = value.IsNull() && is_section(key);
      if (!empty_section && !schema_.belongs_elsewhere(key))
        wrong(key, "unknown property; " + suggestion(key, known_), key_node);
      return;
    }
    if (value.IsNull()) return wrong(key, "has no value; remove the line to use the default", key_node);
    if (!value.IsSequence()) return add(key, value.Scalar(), key_node);
    if (property->type != "list") return wrong(key, "must be one value, not a list", key_node);
    add_list(key, value, key_node);
  }

  void add_list(const std::string& key, const YAML::Node& list, const YAML::Node& key_node) {
    std::string joined;
    for (const auto& element : list) {
      if (!element.IsScalar() || element.Scalar().find(',') != std::string::npos)
        return wrong(key, "must be a list of plain strings without commas", key_node);
      joined += (joined.empty() ? "" : ",") + element.Scalar();
      if (joined.size() > max_file_bytes) return wrong(key, "is too long", key_node);
    }
    add(key, std::move(joined), key_node);
  }

  void add(const std::string& key, std::string value, const YAML::Node& key_node) {
    const auto [first, is_new] = origins_.emplace(key, place(key_node));
    if (!is_new) return wrong(key, "is already set (" + first->second + ")", key_node);
    found_.given.push_back({key, std::move(value), place(key_node)});
  }

  void wrong(const std::string& key, const std::string& message, const YAML::Node& node) {
    found_.wrong.push_back({key.empty() ? path_ : key, message + " (" + place(node) + ")"});
  }

  std::string place(const YAML::Node& node) const { return path_ + ":" + std::to_string(node.Mark().line + 1); }

  /// A key that others begin with: `patient:` with every line below it commented out is no mistake.
  bool is_section(const std::string& key) const {
    return std::ranges::any_of(known_, [&](const std::string& known) { return known.starts_with(key + "."); });
  }

  const Schema& schema_;
  std::string path_;
  std::vector<std::string> known_;
  std::map<std::string, std::string> origins_;
  Findings found_;
  std::size_t values_ = 0;
};

}  // namespace

core::Result<Findings> read_file(const Schema& schema, const std::string& path) {
  auto text = read_text(path);
  if (!text) return std::unexpected(std::move(text.error()));
  try {
    if (const int line = line_after_first_document(*text); line > 0)
      return core::fail_field(path + ":" + std::to_string(line), "is not valid YAML, or contains a second document");
    const YAML::Node document = YAML::Load(*text);
    Flattener flattener(schema, path);
    if (!document.IsNull()) {
      if (!document.IsMap())
        return core::fail_field(path + ":" + std::to_string(document.Mark().line + 1),
                                "must contain keys and values, e.g. \"log.level: info\"");
      flattener.walk_map(document, "", 1);
    }
    return flattener.take();
  } catch (const YAML::Exception& error) {
    return core::fail_field(path + ":" + std::to_string(error.mark.line + 1), "is not valid YAML: " + error.msg);
  }
}

}  // namespace pms::config
