// pms: the five services in one process, and the operator's command line.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "commands.hpp"
#include "runtime/process.hpp"

namespace {

constexpr int exit_usage = 64;  // EX_USAGE of sysexits.h

/// Makes the command accept properties: arguments that it does not define itself are read as
/// properties.
void takes_properties(CLI::App* command) {
  command->allow_extras();
  command->footer(
      "Every property is a flag too: --config FILE, --patient.http.port 4000, …; pms properties lists them.");
}

void add_serve_command(CLI::App& app, int& exit_code) {
  CLI::App* serve = app.add_subcommand("serve", "Run the five services in this process");
  takes_properties(serve);
  serve->callback([&exit_code, serve] { exit_code = pms::serve_system(serve->remaining()); });
}

void add_dev_command(CLI::App& app, bool& allow_on_network, int& exit_code) {
  CLI::App* dev = app.add_subcommand("dev", "Run the five services with a demo user and demo patients");
  dev->add_flag("--allow-demo-on-network", allow_on_network,
                "Listen beyond loopback although the demo password is public");
  takes_properties(dev);
  dev->callback(
      [&allow_on_network, &exit_code, dev] { exit_code = pms::serve_demo(dev->remaining(), allow_on_network); });
}

struct UserOptions {
  std::string email;
  std::vector<std::string> roles;
  bool password_on_stdin = false;
  bool json = false;
};

void add_user_commands(CLI::App& app, UserOptions& options, int& exit_code) {
  CLI::App* user =
      app.add_subcommand("user", "Manage accounts; changes take effect within 5 seconds while the system is running")
          ->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, bool one_account) {
    CLI::App* command = user->add_subcommand(name, what);
    if (one_account) command->add_option("--email", options.email, "The e-mail address of the account")->required();
    takes_properties(command);
    return command;
  };
  const auto reads_password = [&](CLI::App* command) {
    command->add_flag("--password-stdin", options.password_on_stdin, "Read the password from standard input");
  };

  CLI::App* create = add("create", "Create a user", true);
  create->add_option("--role", options.roles, "ADMIN, CLINICIAN, RECEPTIONIST, BILLING, ANALYST or AUDITOR; repeatable")
      ->required()
      ->allow_extra_args(false);
  reads_password(create);
  create->callback([&options, &exit_code, create] {
    exit_code = pms::create_user(options.email, options.roles, options.password_on_stdin, create->remaining());
  });

  CLI::App* list = add("list", "Print every user", false);
  list->add_flag("--json", options.json, "Print one JSON object per line");
  list->callback([&options, &exit_code, list] { exit_code = pms::list_users(options.json, list->remaining()); });

  CLI::App* enable = add("enable", "Enable a disabled user", true);
  enable->callback(
      [&options, &exit_code, enable] { exit_code = pms::enable_user(options.email, true, enable->remaining()); });

  CLI::App* disable = add("disable", "Disable a user and end their sessions", true);
  disable->callback(
      [&options, &exit_code, disable] { exit_code = pms::enable_user(options.email, false, disable->remaining()); });

  CLI::App* reset = add("reset-password", "Set a user's password and end their sessions", true);
  reads_password(reset);
  reset->callback([&options, &exit_code, reset] {
    exit_code = pms::reset_password(options.email, options.password_on_stdin, reset->remaining());
  });
}

struct TopicOptions {
  std::string topic;
  bool json = false;
};

void add_topic_commands(CLI::App& app, TopicOptions& options, int& exit_code) {
  CLI::App* topics = app.add_subcommand("topics", "The event log")->require_subcommand(1);
  CLI::App* read = topics->add_subcommand("read", "Print all events of a topic");
  read->add_option("topic", options.topic, "The name of the topic, e.g. patient")->required();
  read->add_flag("--json", options.json, "Print one JSON object per line");
  takes_properties(read);
  read->callback(
      [&options, &exit_code, read] { exit_code = pms::read_topic(options.topic, options.json, read->remaining()); });
}

void add_healthcheck_command(CLI::App& app, std::vector<std::string>& services, int& exit_code) {
  CLI::App* health = app.add_subcommand("healthcheck", "Report whether the services on this machine are ready");
  health->add_option("--service", services, "Only this service, e.g. patient-service; repeatable")
      ->allow_extra_args(false);
  takes_properties(health);
  health->callback([&services, &exit_code, health] { exit_code = pms::check_health(services, health->remaining()); });
}

void add_document_commands(CLI::App& app, std::string& document, int& exit_code) {
  app.add_subcommand("properties", "List all properties with their defaults")->callback([&exit_code] {
    exit_code = pms::serve_system({"--help"});
  });

  // For ./dev docs, not for operators: without a group it is not among the commands that --help
  // lists.
  CLI::App* docs = app.add_subcommand("docs", "Print a document generated from the code")->group("");
  docs->add_option("document", document, "permissions or configuration")
      ->required()
      ->check(CLI::IsMember({"permissions", "configuration"}));
  docs->callback([&document, &exit_code] { exit_code = pms::print_document(document); });
}

/// True if the first argument is neither an option nor a command.
bool names_no_command(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  return app.get_subcommands([&](const CLI::App* command) { return command->check_name(argv[1]); }).empty();
}

/// Runs the command and returns its exit code, or prints the mistake in the command line.
int parse_and_run(CLI::App& app, int argc, char** argv, const int& exit_code) {
  if (names_no_command(app, argc, argv)) {
    fmt::print(stderr, "pms: unknown command {}; pms --help lists the commands\n", argv[1]);
    return exit_usage;
  }
  if (argc == 1) {
    fmt::print(stderr, "{}\n", app.help());
    return exit_usage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : exit_usage;  // 0 for --help and --version
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  pms::runtime::prepare_process();
  CLI::App app("Patient management: five services in one process, and the operator's tools.", "pms");
  app.set_version_flag("--version", "pms " PMS_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Commands take properties as flags: --config FILE, --patient.http.port 4000, …; pms properties lists them.");

  int exit_code = 0;
  bool allow_demo_on_network = false;
  UserOptions user;
  TopicOptions topic;
  std::vector<std::string> services;
  std::string document;
  add_serve_command(app, exit_code);
  add_dev_command(app, allow_demo_on_network, exit_code);
  add_user_commands(app, user, exit_code);
  add_topic_commands(app, topic, exit_code);
  add_healthcheck_command(app, services, exit_code);
  add_document_commands(app, document, exit_code);
  return parse_and_run(app, argc, argv, exit_code);
}
