#include <cstdio>

#include "commands.hpp"
#include "demo.hpp"
#include "system.hpp"

namespace pms {

int serve_system(const PropertyFlags& flags) {
  SystemConfig config;
  if (auto failed = load(config, flags)) return *failed;
  return serve(config, [](runtime::Runtime&) {});
}

int serve_demo(const PropertyFlags& flags, bool allow_on_network) {
  SystemConfig config;
  if (auto failed = load(config, flags)) return *failed;
  if (const auto exposed = config.network_listeners(); !exposed.empty() && !allow_on_network) {
    fmt::print(stderr,
               "pms: configuration: {}: pms dev has a demo user whose password is public and so listens on loopback "
               "only; use pms serve, or --allow-demo-on-network\n",
               exposed.front());
    return runtime::exit_configuration;
  }
  return serve(config, [&config](runtime::Runtime& runtime) { start_demo(config, runtime); });
}

}  // namespace pms
