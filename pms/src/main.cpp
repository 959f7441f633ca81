// pms: the five services in one process, and the operator's command line.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "commands.hpp"

namespace {

constexpr int exit_usage = 64;  // EX_USAGE of sysexits.h

/// Makes the command accept properties: arguments that it does not define itself are read as
/// properties.
void takes_properties(CLI::App* command) {
  command->allow_extras();
  command->footer(
      "Every property is a flag too: --config FILE, --patient.http.port 4000, …; pms properties lists them.");
}

struct UserOptions {
  std::string email;
  std::vector<std::string> roles;
  bool password_on_stdin = false;
  bool json = false;
};

void add_user_commands(CLI::App& app, UserOptions& options, int& exit_code) {
  CLI::App* user =
      app.add_subcommand("user", "Accounts; what is changed here holds within 5 seconds while the system runs")
          ->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, bool one_account) {
    CLI::App* command = user->add_subcommand(name, what);
    if (one_account) command->add_option("--email", options.email, "The address to log in with")->required();
    takes_properties(command);
    return command;
  };
  const auto reads_password = [&](CLI::App* command) {
    command->add_flag("--password-stdin", options.password_on_stdin, "Read the password from standard input");
  };

  CLI::App* create = add("create", "Make a user who can log in", true);
  create->add_option("--role", options.roles, "ADMIN, CLINICIAN, RECEPTIONIST, BILLING, ANALYST or AUDITOR; repeatable")
      ->required()
      ->allow_extra_args(false);
  reads_password(create);
  create->callback([&options, &exit_code, create] {
    exit_code = pms::create_user(options.email, options.roles, options.password_on_stdin, create->remaining());
  });

  CLI::App* list = add("list", "Print every user", false);
  list->add_flag("--json", options.json, "A JSON object per user and line");
  list->callback([&options, &exit_code, list] { exit_code = pms::list_users(options.json, list->remaining()); });

  CLI::App* enable = add("enable", "Let a disabled user log in again", true);
  enable->callback(
      [&options, &exit_code, enable] { exit_code = pms::enable_user(options.email, true, enable->remaining()); });

  CLI::App* disable = add("disable", "Keep a user from logging in, and end their sessions", true);
  disable->callback(
      [&options, &exit_code, disable] { exit_code = pms::enable_user(options.email, false, disable->remaining()); });

  CLI::App* reset = add("reset-password", "Give a user another password, and end their sessions", true);
  reads_password(reset);
  reset->callback([&options, &exit_code, reset] {
    exit_code = pms::reset_password(options.email, options.password_on_stdin, reset->remaining());
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Patient management: five services in one process, and the operator's tools.", "pms");
  app.set_version_flag("--version", "pms " PMS_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Commands take properties as flags: --config FILE, --patient.http.port 4000, …; pms properties lists them.");
  int exit_code = 0;

  CLI::App* serve = app.add_subcommand("serve", "Run the five services in this process");
  takes_properties(serve);
  serve->callback([&] { exit_code = pms::serve_system(serve->remaining()); });

  bool allow_demo_on_network = false;
  CLI::App* dev = app.add_subcommand("dev", "The same, with a demo user and demo patients at the first start");
  dev->add_flag("--allow-demo-on-network", allow_demo_on_network,
                "Listen beyond loopback although the demo password is public");
  takes_properties(dev);
  dev->callback([&] { exit_code = pms::serve_demo(dev->remaining(), allow_demo_on_network); });

  UserOptions user_options;
  add_user_commands(app, user_options, exit_code);

  CLI::App* topics = app.add_subcommand("topics", "The event log")->require_subcommand(1);
  CLI::App* read = topics->add_subcommand("read", "Print every event of a topic that is kept");
  std::string topic;
  bool json = false;
  read->add_option("topic", topic, "The topic's name, as patient")->required();
  read->add_flag("--json", json, "A JSON object per event and line");
  takes_properties(read);
  read->callback([&] { exit_code = pms::read_topic(topic, json, read->remaining()); });

  CLI::App* health = app.add_subcommand("healthcheck", "Ask the services of this machine whether they are ready");
  std::vector<std::string> services;
  health->add_option("--service", services, "Only this one, as patient-service; repeatable")->allow_extra_args(false);
  takes_properties(health);
  health->callback([&] { exit_code = pms::check_health(services, health->remaining()); });

  CLI::App* properties = app.add_subcommand("properties", "List every property with its default");
  properties->callback([&] { exit_code = pms::serve_system({"--help"}); });

  // The subcommand is for ./dev docs and not for operators. Without a group it is not among the
  // commands that --help lists.
  CLI::App* docs = app.add_subcommand("docs", "Print a document that is made from the code")->group("");
  std::string document;
  docs->add_option("document", document, "permissions or configuration")
      ->required()
      ->check(CLI::IsMember({"permissions", "configuration"}));
  docs->callback([&] { exit_code = pms::print_document(document); });

  if (argc > 1 && argv[1][0] != '-' &&
      app.get_subcommands([&](CLI::App* command) { return command->check_name(argv[1]); }).empty()) {
    fmt::print(stderr, "pms: there is no command {}; pms --help lists them\n", argv[1]);
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
