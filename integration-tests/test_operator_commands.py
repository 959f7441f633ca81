"""The command line of the operator: pms."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import subprocess
import termios

import httpx
import pytest

from deployment import BINARIES, EXECUTABLES, PASSWORD, environment
from patients import create
from waiting import wait_until


def assert_rejected(command, *words, code=1):
    """The command failed and printed one line that contains these words."""
    assert command.returncode == code, command.stderr
    [line] = command.stderr.splitlines()
    for word in words:
        assert word in line, line


@pytest.mark.parametrize("program", ["pms", *EXECUTABLES.values()])
def test_every_program_prints_its_version_and_its_options(program):
    version = subprocess.run([BINARIES / program, "--version"], capture_output=True, text=True)
    assert version.returncode == 0
    assert re.fullmatch(rf"{program} \d+\.\d+\.\d+\n", version.stdout)
    usage = subprocess.run([BINARIES / program, "--help"], capture_output=True, text=True)
    assert usage.returncode == 0
    assert "--config" in usage.stdout


def test_an_unknown_command_is_rejected(deployments):
    assert_rejected(deployments.create("all-in-one").pms("fly"), "fly", code=64)


@pytest.mark.parametrize("arguments", [[], ["user"], ["topics"], ["healthcheck", "--service"]])
def test_an_incomplete_command_line_is_a_usage_error_that_lists_the_commands(arguments):
    answer = subprocess.run([BINARIES / "pms", *arguments], capture_output=True, text=True)
    assert answer.returncode == 64
    assert answer.stdout == ""
    assert "help" in answer.stderr
    if not arguments:
        assert all(command in answer.stderr for command in ["serve", "dev", "user", "topics", "healthcheck"])


def test_a_user_created_before_the_first_start_can_log_in(deployments):
    system = deployments.create("all-in-one")
    system.create_user("first@clinic.example", "ADMIN")
    system.start()
    login = {"email": "first@clinic.example", "password": PASSWORD}
    assert httpx.post(system.url() + "/auth/login", json=login).status_code == 200


def test_serve_creates_no_demo_user(system):
    login = {"email": "testuser@test.com", "password": "password123"}
    assert httpx.post(system.url() + "/auth/login", json=login).status_code == 401


def user_create(system, *arguments, password=PASSWORD + "\n"):
    return system.pms("user", "create", *arguments, "--password-stdin", stdin=password)


def test_creating_a_user_rejects_invalid_input(deployments):
    system = deployments.create("all-in-one")
    assert_rejected(user_create(system, "--email", "nobody", "--role", "ADMIN"), "email")
    assert_rejected(user_create(system, "--email", "a@b.example", "--role", "KING"), "KING", "CLINICIAN")
    assert_rejected(user_create(system, "--email", "a@b.example", "--role", "ADMIN", password="short\n"), "12")
    assert_rejected(user_create(system, "--email", "a@b.example", "--role", "ADMIN", password=""), "password")


def test_creating_a_user_twice_is_rejected(deployments):
    system = deployments.create("all-in-one")
    system.create_user("twice@clinic.example", "ADMIN")
    assert_rejected(user_create(system, "--email", "TWICE@clinic.example", "--role", "ADMIN"), "in use")


@pytest.fixture
def stopped(deployments):
    """A system that is not running, with one user."""
    system = deployments.create("all-in-one")
    system.create_user("Ada@clinic.example", "CLINICIAN", "BILLING")
    return system


def listed(system):
    answer = system.pms("user", "list", "--json")
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_users_are_listed_by_email(stopped):
    stopped.create_user("BEN@clinic.example", "ADMIN")
    ada, ben = listed(stopped)
    assert ada.keys() == {"id", "email", "roles", "enabled", "createdAt"}
    assert (ada["email"], ada["roles"], ada["enabled"]) == ("Ada@clinic.example", ["CLINICIAN", "BILLING"], True)
    assert ben["email"] == "BEN@clinic.example"
    table = stopped.pms("user", "list").stdout.splitlines()
    assert len(table) == 2
    for word in ["Ada@clinic.example", "enabled", ada["id"], "CLINICIAN BILLING"]:
        assert word in table[0]


def test_a_user_can_be_disabled_and_enabled(stopped):
    for command, enabled in [("disable", False), ("disable", False), ("enable", True)]:
        answer = stopped.pms("user", command, "--email", "ADA@clinic.example")
        assert answer.returncode == 0, answer.stderr
        assert listed(stopped)[0]["enabled"] is enabled


@pytest.mark.parametrize("command", ["enable", "disable", "reset-password"])
def test_an_unknown_user_is_rejected(stopped, command):
    answer = stopped.pms(
        "user",
        command,
        "--email",
        "nobody@clinic.example",
        *(["--password-stdin"] if command == "reset-password" else []),
        stdin=PASSWORD + "\n",
    )
    assert_rejected(answer, "no such account")


@pytest.mark.parametrize("arguments", [["list"], ["disable", "--email", "ada@clinic.example"]])
def test_a_user_command_without_a_database_does_not_create_one(deployments, arguments):
    system = deployments.create("all-in-one")
    assert_rejected(system.pms("user", *arguments), "no accounts", "auth.db")
    assert not system.data.exists()


def test_a_reset_password_must_follow_the_policy(stopped):
    reset = lambda password: stopped.pms(
        "user", "reset-password", "--email", "ada@clinic.example", "--password-stdin", stdin=password
    )
    assert_rejected(reset("short\n"), "password", "12")
    assert_rejected(reset("password1234\n"), "password")
    assert_rejected(reset(""), "password")
    assert reset("five other clinic words\n").returncode == 0
    assert_rejected(
        stopped.pms("user", "reset-password", "--email", "ada@clinic.example"), "terminal", "--password-stdin"
    )
    stopped.start()
    for password, status in [(PASSWORD, 401), ("five other clinic words", 200)]:
        login = {"email": "ada@clinic.example", "password": password}
        assert httpx.post(stopped.url() + "/auth/login", json=login).status_code == status


def test_the_last_administrator_cannot_be_disabled(stopped):
    stopped.create_user("root@clinic.example", "ADMIN")
    assert_rejected(stopped.pms("user", "disable", "--email", "root@clinic.example"), "last", "ADMIN")


class Terminal:
    """A command on its own terminal, run in the way an operator would."""

    def __init__(self, system, *arguments):
        ours, theirs = pty.openpty()
        self.screen, self.fd = "", ours
        self.terminal = theirs
        self.process = subprocess.Popen(
            [BINARIES / "pms", *arguments, "--config", system.config],
            cwd=system.folder,
            env=environment(),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def wait_for(self, words):
        def shown():
            if select.select([self.fd], [], [], 0)[0]:
                self.screen += os.read(self.fd, 4096).decode()
            return words in self.screen

        wait_until(shown, f"{words!r} on the terminal")

    def type(self, text):
        os.write(self.fd, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.fd)
        os.close(self.terminal)


@pytest.fixture
def prompt(stopped):
    terminal = Terminal(stopped, "user", "reset-password", "--email", "ada@clinic.example")
    terminal.wait_for("Password: ")
    yield terminal
    terminal.close()


def test_a_password_is_prompted_for_twice_and_not_echoed(prompt):
    assert not prompt.echoes()
    prompt.type("five other clinic words\n")
    prompt.wait_for("Again: ")
    prompt.type("five other clinic words\n")
    prompt.wait_for("new password")
    assert prompt.process.wait(timeout=10) == 0
    assert "other clinic" not in prompt.screen
    assert prompt.echoes()


def test_two_different_passwords_are_rejected(prompt):
    prompt.type("five other clinic words\n")
    prompt.wait_for("Again: ")
    prompt.type("five other clinic wards\n")
    prompt.wait_for("differ")
    assert prompt.process.wait(timeout=10) == 1


def test_ctrl_c_at_the_prompt_restores_the_terminal(prompt):
    prompt.type("\x03")
    assert prompt.process.wait(timeout=10) == -signal.SIGINT
    assert prompt.echoes()


def test_topics_read_prints_every_event_as_a_line_of_json(system, admin):
    patient = create(admin, name="Zoë")

    def published():
        return [record for record in system.read_topic() if record["key"] == patient["id"]]

    [record] = wait_until(published, "the event is in the topic")
    headers = record["headers"]
    assert headers["ce_specversion"] == "1.0"
    assert headers["content-type"] == "application/protobuf"
    assert {"ce_id", "ce_type", "ce_source", "ce_time", "traceparent"} <= headers.keys()
    assert isinstance(record["partition"], int)
    assert isinstance(record["offset"], int)


def test_reading_an_unknown_topic_is_rejected(system):
    assert_rejected(system.pms("topics", "read", "nothing", "--json"), "nothing")


def test_reading_a_topic_without_an_event_log_does_not_create_one(deployments):
    system = deployments.create("all-in-one")
    assert_rejected(system.pms("topics", "read", "patient"), "no event log", "events.db")
    assert not system.data.exists()


def test_healthcheck_distinguishes_a_running_system_from_a_stopped_one(system, deployments):
    assert system.pms("healthcheck").returncode == 0
    stopped = deployments.create("all-in-one")
    answer = stopped.pms("healthcheck")
    assert answer.returncode == 1
    assert f":{stopped.ports.management['gateway']}/" in answer.stdout
    assert "not reachable" in answer.stdout


def demo_patients(system):
    """The number of patients that the demo user can see."""
    login = {"email": "testuser@test.com", "password": "password123"}
    answer = httpx.post(system.url() + "/auth/login", json=login, timeout=10)
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": "Bearer " + answer.json()["token"]}

    def listed():
        page = httpx.get(system.url() + "/api/patients", headers=headers)
        return page if page.status_code == 200 else None

    return wait_until(listed, "the patients can be listed").json()["totalElements"]


def test_dev_creates_the_demo_data_once_and_prints_the_demo_user(deployments):
    system = deployments.create("demo").start()
    wait_until(lambda: "testuser@test.com" in system.log("pms").read_text(), "the demo user is printed")
    patients = demo_patients(system)
    assert patients > 0
    system.end("pms")
    system.restart("pms")
    assert demo_patients(system) == patients


def test_dev_refuses_to_listen_beyond_this_machine(deployments):
    system = deployments.create("demo", {"gateway.http.host": "0.0.0.0"})
    assert_rejected(system.pms("dev"), "--allow-demo-on-network", code=78)
    assert not system.data.exists()
