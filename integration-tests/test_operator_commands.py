"""The operator's command line: pms."""

import re
import subprocess

import httpx
import pytest

from deployment import BINARIES, EXECUTABLES, PASSWORD
from patients import create
from waiting import wait_until


def assert_refused(command, *words, code=1):
    """One clear line that holds these words."""
    assert command.returncode == code, command.stderr
    [line] = command.stderr.splitlines()
    for word in words:
        assert word in line, line


@pytest.mark.parametrize("program", ["pms", *EXECUTABLES.values()])
def test_every_program_says_its_version_and_its_options(program):
    version = subprocess.run([BINARIES / program, "--version"], capture_output=True, text=True)
    assert version.returncode == 0
    assert re.fullmatch(rf"{program} \d+\.\d+\.\d+\n", version.stdout)
    usage = subprocess.run([BINARIES / program, "--help"], capture_output=True, text=True)
    assert usage.returncode == 0
    assert "--config" in usage.stdout


def test_an_unknown_command_is_refused(deployments):
    assert_refused(deployments.make("all-in-one").pms("fly"), "fly", code=64)


@pytest.mark.parametrize("arguments", [[], ["user"], ["topics"], ["healthcheck", "--service"]])
def test_an_incomplete_command_line_is_a_usage_error_and_says_what_there_is(arguments):
    answer = subprocess.run([BINARIES / "pms", *arguments], capture_output=True, text=True)
    assert answer.returncode == 64
    assert answer.stdout == ""
    assert "help" in answer.stderr
    if not arguments:
        assert all(command in answer.stderr for command in ["serve", "dev", "user", "topics", "healthcheck"])


def test_a_user_made_before_the_first_start_can_log_in(deployments):
    system = deployments.make("all-in-one")
    system.create_user("first@clinic.example", "ADMIN")
    system.start()
    login = {"email": "first@clinic.example", "password": PASSWORD}
    assert httpx.post(system.url() + "/auth/login", json=login).status_code == 200


def test_serve_has_no_accounts_of_its_own(system):
    login = {"email": "testuser@test.com", "password": "password123"}
    assert httpx.post(system.url() + "/auth/login", json=login).status_code == 401


def user_create(system, *arguments, password=PASSWORD + "\n"):
    return system.pms("user", "create", *arguments, "--password-stdin", stdin=password)


def test_creating_a_user_refuses_bad_input(deployments):
    system = deployments.make("all-in-one")
    assert_refused(user_create(system, "--email", "nobody", "--role", "ADMIN"), "email")
    assert_refused(user_create(system, "--email", "a@b.example", "--role", "KING"), "KING", "CLINICIAN")
    assert_refused(user_create(system, "--email", "a@b.example", "--role", "ADMIN", password="short\n"), "12")
    assert_refused(user_create(system, "--email", "a@b.example", "--role", "ADMIN", password=""), "password")


def test_creating_a_user_twice_is_refused(deployments):
    system = deployments.make("all-in-one")
    system.create_user("twice@clinic.example", "ADMIN")
    assert_refused(user_create(system, "--email", "TWICE@clinic.example", "--role", "ADMIN"), "in use")


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


def test_reading_an_unknown_topic_is_refused(system):
    assert_refused(system.pms("topics", "read", "nothing", "--json"), "nothing")


def test_reading_a_topic_where_there_is_no_event_log_makes_none(deployments):
    system = deployments.make("all-in-one")
    assert_refused(system.pms("topics", "read", "patient"), "no event log", "events.db")
    assert not system.data.exists()


def test_healthcheck_tells_a_running_system_from_one_that_is_not(system, deployments):
    assert system.pms("healthcheck").returncode == 0
    stopped = deployments.make("all-in-one")
    answer = stopped.pms("healthcheck")
    assert answer.returncode == 1
    assert f":{stopped.ports.management['gateway']}/" in answer.stdout
    assert "not reachable" in answer.stdout


def demo_patients(system):
    """How many there are, as the demo user sees it."""
    login = {"email": "testuser@test.com", "password": "password123"}
    answer = httpx.post(system.url() + "/auth/login", json=login, timeout=10)
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": "Bearer " + answer.json()["token"]}

    def listed():
        page = httpx.get(system.url() + "/api/patients", headers=headers)
        return page if page.status_code == 200 else None

    return wait_until(listed, "the list is there").json()["totalElements"]


def test_dev_makes_a_demo_user_and_demo_patients_once_and_says_so(deployments):
    system = deployments.make("demo").start()
    wait_until(lambda: "testuser@test.com" in system.log("pms").read_text(), "the demo user is printed")
    patients = demo_patients(system)
    assert patients > 0
    system.end("pms")
    system.restart("pms")
    assert demo_patients(system) == patients


def test_dev_refuses_to_listen_beyond_this_machine(deployments):
    system = deployments.make("demo", {"gateway.http.host": "0.0.0.0"})
    assert_refused(system.pms("dev"), "--allow-demo-on-network", code=78)
    assert not system.data.exists()
