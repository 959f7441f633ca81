#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "documents/documents.hpp"
#include "documents/markdown.hpp"
#include "system.hpp"

namespace pms {
namespace {

using markdown::header;
using markdown::origin;
using markdown::row;

/// Records which services read which section of the configuration.
class Readers {
 public:
  template <class Config>
  void add(std::string_view program) {
    config::Schema schema;
    Config config;
    config.declare(schema);
    for (const config::Property& property : schema.properties()) {
      auto& readers = by_section_[property.key.substr(0, property.key.find('.'))];
      if (readers.empty() || readers.back() != program) readers.push_back(program);
    }
  }
  void add_process() {
    config::Schema schema;
    runtime::Settings settings;
    settings.declare(schema);
    for (const config::Property& property : schema.properties())
      by_section_[property.key.substr(0, property.key.find('.'))] = {"every process"};
  }
  std::string table() const {
    std::string table = header({"section", "read by"});
    for (const auto& [section, readers] : by_section_)
      table += row({fmt::format("[{0}](#{0})", section), fmt::format("{}", fmt::join(readers, ", "))});
    return table;
  }

 private:
  std::map<std::string, std::vector<std::string_view>> by_section_;
};

}  // namespace

std::string configuration_document() {
  Readers readers;
  readers.add<gateway::Config>(gateway::App::program);
  readers.add<auth::Config>(auth::App::program);
  readers.add<patient::Config>(patient::App::program);
  readers.add<billing::Config>(billing::App::program);
  readers.add<analytics::Config>(analytics::App::program);
  readers.add_process();
  config::Schema schema;
  SystemConfig config;
  config.declare(schema);
  return fmt::format(R"(# Configuration

{}
Every setting is a property with a default that works. The same names serve `pms` and the five executables, each of which reads its own
sections of one file and ignores the others. `pms properties` prints this list; `--help` of an executable prints the properties that it reads.

A property takes its value from the first of these sources that sets it:

1. by a flag: `--patient.http.port 4000` or `--patient.http.port=4000`; a boolean flag needs no value
2. by an environment variable: `PMS_`, and the name in capitals with `_` in place of dots and dashes: `PMS_PATIENT_HTTP_PORT=4000`
3. in the YAML file that `--config FILE` or `PMS_CONFIG_FILE` names, as nested maps or with dots:

   ```yaml
   patient:
     http.port: 4000
   log.level: debug
   ```

4. by its default

A **secret** may also be in a separate file, named by its variable with the suffix `_FILE`: `PMS_AUTH_KEYS_SECRET_FILE=/run/secrets/keys`. It is
never printed.

A **duration** is a whole number and a unit: `250ms`, `5s`, `15m`, `24h`, `7d`, or `0`. An **integer** is in the unit that its name or meaning
says. A **boolean** is `true` or `false`. A **list** is a sequence in YAML; elsewhere, commas separate its elements.

An unknown name, an invalid value or a duplicate name in the file stops the start with exit code 78. One line per error gives the place and
the expected value. If a flag is repeated, the last one counts. Paths are relative to the folder that the process is started in.

{}
{})",
                     origin, readers.table(), config::to_markdown(schema));
}

}  // namespace pms
