// The subcommands of pms. Each returns the exit code: 0, 1 (failed), 78 (configuration). Beside these there is 64 for a
// command line that is not understood.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pms {

/// Flags that name properties (--patient.http.port 4000, --config FILE), after the subcommand's own options.
using PropertyFlags = std::vector<std::string>;

/// `pms serve`
int serve_system(const PropertyFlags&);
/// `pms dev`: serve, plus a demo user and demo patients at the first start.
int serve_demo(const PropertyFlags&, bool allow_on_network);
/// `pms user create`: reads the password from standard input, or asks for it on a terminal.
int create_user(const std::string& email, const std::vector<std::string>& roles, bool password_on_stdin,
                const PropertyFlags&);
/// `pms user list`: by e-mail; a JSON object per line, or a table.
int list_users(bool json, const PropertyFlags&);
/// `pms user enable` and `pms user disable`
int enable_user(const std::string& email, bool enabled, const PropertyFlags&);
/// `pms user reset-password`: reads the password as create does.
int reset_password(const std::string& email, bool password_on_stdin, const PropertyFlags&);
/// `pms topics read`: every record of a topic, by partition and offset; a JSON object per line, or a table.
int read_topic(const std::string& topic, bool json, const PropertyFlags&);
/// `pms healthcheck`: asks /readyz of all five services, or of the ones named.
int check_health(const std::vector<std::string>& services, const PropertyFlags&);

/// `pms docs`: permissions or configuration, in Markdown.
int print_document(const std::string& name);

}  // namespace pms
