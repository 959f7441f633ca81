// The subcommands of pms. Each returns the exit code: 0, 1 (failed) or 78 (configuration). In
// addition, the exit code is 64 if the command line is not understood.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pms {

/// Flags that name properties (--patient.http.port 4000, --config FILE), after the subcommand's own
/// options.
using PropertyFlags = std::vector<std::string>;

/// `pms serve` runs all services.
int serve_system(const PropertyFlags&);
/// `pms dev` runs all services, and creates a demo user and demo patients at the first start.
int serve_demo(const PropertyFlags&, bool allow_on_network);
/// `pms user create` creates a user. It reads the password from standard input, or prompts for it
/// on a terminal.
int create_user(const std::string& email, const std::vector<std::string>& roles, bool password_on_stdin,
                const PropertyFlags&);
/// `pms user list` lists the users by e-mail address, as a JSON object per line or a table.
int list_users(bool json, const PropertyFlags&);
/// `pms user enable` and `pms user disable` enable or disable a user.
int enable_user(const std::string& email, bool enabled, const PropertyFlags&);
/// `pms user reset-password` sets a new password, which it reads as `pms user create` does.
int reset_password(const std::string& email, bool password_on_stdin, const PropertyFlags&);
/// `pms topics read` prints every record of a topic, by partition and offset, as a JSON object per
/// line or a table.
int read_topic(const std::string& topic, bool json, const PropertyFlags&);
/// `pms healthcheck` requests /readyz of all five services, or of the given ones.
int check_health(const std::vector<std::string>& services, const PropertyFlags&);

/// `pms docs` prints a document, permissions or configuration, in Markdown.
int print_document(const std::string& name);

}  // namespace pms
