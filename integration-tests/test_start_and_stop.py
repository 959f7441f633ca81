"""Starting and stopping a system, and the errors that prevent a start."""

import json
import os
import signal
import socket
import sqlite3

import httpx
import pytest

from patients import create, new_patient
from test_configuration import assert_one_line
from waiting import wait_until

KINDS = ["all-in-one", "five-processes"]


def test_a_port_in_use_is_named_and_no_file_is_created(deployments):
    system = deployments.create("all-in-one")
    with socket.create_server(("127.0.0.1", system.ports.http["patient"])):
        assert_one_line(system.pms("serve"), "port in use", str(system.ports.http["patient"]), code=1)
    assert not system.data.exists()


@pytest.mark.parametrize("port", ["management", "grpc"])
def test_every_port_is_bound_before_anything_is_opened(deployments, port):
    system = deployments.create("all-in-one")
    number = system.ports.grpc if port == "grpc" else system.ports.management["analytics"]
    with socket.create_server(("127.0.0.1", number)):
        assert_one_line(system.pms("serve"), "port in use", str(number), code=1)
    assert not system.data.exists()


def test_a_second_start_does_not_disturb_the_running_system(deployments):
    system = deployments.create("all-in-one").start().settle()
    assert_one_line(system.pms("serve"), "port in use", code=1)
    with system.client() as client:
        create(client)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_system_stops_within_the_second_in_which_it_still_answers(deployments, kind, how):
    system = deployments.create(kind).start().settle()
    with system.client() as kept_open:
        create(kept_open)
        for name in list(system.processes):
            code, seconds = system.end(name, how)
            assert code == 0, system.log_tail(name)
            assert seconds < 2, f"{name} took {seconds:.2f} s"


@pytest.mark.parametrize("kind", KINDS)
def test_an_idle_system_without_clients_stops_at_once(deployments, kind):
    system = deployments.create(kind).start().settle()
    with system.client() as closed:
        create(closed)
    code, seconds = system.end(next(iter(system.processes)), signal.SIGTERM)
    assert code == 0
    assert seconds < 0.9, f"it took {seconds:.2f} s"


def test_a_stopping_system_is_not_ready_but_serves_during_the_drain_delay(deployments):
    system = deployments.create("all-in-one", {"drain.delay": "1500ms"}).start().settle()
    with system.client() as client:
        process = system.processes["pms"]
        process.send_signal(signal.SIGTERM)
        status = lambda path: httpx.get(system.management("patient") + path).status_code
        wait_until(lambda: status("/readyz") == 503, "/readyz fails", seconds=1)
        assert status("/livez") == 200
        create(client)
        assert process.wait(timeout=10) == 0


def test_patients_survive_a_restart(deployments):
    system = deployments.create("all-in-one").start().settle()
    with system.client() as client:
        patient = create(client)
        system.end("pms")
        system.restart("pms")
        read = client.get(f"/api/patients/{patient['id']}")
        assert read.status_code == 200
        assert read.json()["name"] == patient["name"]


def test_only_the_owner_may_access_the_data_folder(deployments):
    system = deployments.create("all-in-one").start()
    assert system.data.stat().st_mode & 0o777 == 0o700
    for file in system.data.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600, file


def test_a_request_that_does_not_end_is_cut_off_after_the_drain_timeout(deployments):
    system = deployments.create("all-in-one", {"drain.timeout": "1s"}).start().settle()
    head = (
        "POST /patients HTTP/1.1\r\nHost: clinic\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
        f"Authorization: Bearer {system.token()}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", system.ports.http["patient"]), timeout=10) as client:
        client.sendall(head.encode())
        assert client.recv(100).startswith(b"HTTP/1.1 100 "), "the request is in flight"
        code, seconds = system.end("pms")
    assert code == 1
    assert 1 <= seconds < 3
    [line] = [line for line in map(json.loads, system.log("pms").read_text().splitlines()) if "unfinished" in line]
    assert (line["level"], line["service"]) == ("error", "patient-service")
    assert "requests of clients" in line["unfinished"]


SERVICES = ["auth", "patient", "billing", "analytics"]


@pytest.mark.parametrize("service", SERVICES)
def test_an_unwritable_folder_is_named(deployments, service):
    system = deployments.create("all-in-one")
    (system.folder / "file").write_text("")
    for folder in ["/sys/pms", f"{system.folder}/file"]:  # the first is read-only, the second is below a file
        system.configure({f"{service}.database.url": f"sqlite:{folder}/x.db"})
        assert_one_line(system.pms("serve"), f"{service}-service", folder, code=1)


def test_an_unwritable_event_log_folder_is_named(deployments):
    system = deployments.create("all-in-one", {"events.url": "embedded:/sys/pms/events.db"})
    assert_one_line(system.pms("serve"), "/sys/pms", code=1)


@pytest.mark.parametrize("file", [*SERVICES, "events"])
def test_a_corrupt_database_file_is_named(deployments, file):
    system = deployments.create("all-in-one")
    system.data.mkdir()
    (system.data / f"{file}.db").write_bytes(b"this is no database " * 1000)
    assert_one_line(system.pms("serve"), f"{file}.db", code=1)


@pytest.mark.parametrize("file", SERVICES)
def test_a_database_file_of_a_newer_release_is_rejected(deployments, file):
    system = deployments.create("all-in-one").start()
    system.end("pms")
    with sqlite3.connect(system.data / f"{file}.db") as database:
        [[newest]] = database.execute("SELECT max(number) FROM schema_migration")
        columns = [row[1] for row in database.execute("PRAGMA table_info(schema_migration)") if row[1] != "number"]
        names = ", ".join(columns)
        database.execute(
            f"INSERT INTO schema_migration (number, {names})"
            f" SELECT 999, {names} FROM schema_migration WHERE number = ?",
            [newest],
        )
    database.close()
    assert_one_line(system.pms("serve"), f"{file}.db", "999", code=1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hang_up_lets_requests_in_flight_finish(deployments, kind):
    system = deployments.create(kind).start().settle()
    body = json.dumps(new_patient()).encode()
    head = (
        f"POST /api/patients HTTP/1.1\r\nHost: clinic\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        f"\r\nAuthorization: Bearer {system.token()}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", system.ports.http["gateway"]), timeout=10) as client:
        client.sendall(head.encode())
        assert client.recv(100).startswith(b"HTTP/1.1 100 "), "the request is in flight"
        name = "pms" if kind == "all-in-one" else "gateway"
        process = system.processes.pop(name)
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "draining" in system.log(name).read_text(), "the process drains")
        client.sendall(body)
        assert client.recv(1000).startswith(b"HTTP/1.1 201 ")
    assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_idle_system_stops_with_0_after_a_hang_up(deployments, kind):
    system = deployments.create(kind).start()
    for name in list(system.processes):
        assert system.end(name, signal.SIGHUP)[0] == 0, system.log_tail(name)


def ignore_hang_ups():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def test_a_hang_up_is_ignored_under_nohup(deployments):
    system = deployments.create("all-in-one").start(preexec_fn=ignore_hang_ups).settle()
    system.processes["pms"].send_signal(signal.SIGHUP)
    with system.client() as client:
        create(client)
    assert system.end("pms", signal.SIGTERM)[0] == 0
    [draining] = [line for line in system.log("pms").read_text().splitlines() if "draining" in line]
    assert json.loads(draining)["signal"] == signal.SIGTERM


def close_standard_streams():
    os.closerange(0, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_closed_standard_streams_become_the_null_device(deployments, kind):
    system = deployments.create(kind)
    system.start(stdin=None, stdout=None, stderr=None, preexec_fn=close_standard_streams)
    for process in system.processes.values():
        for stream in range(3):
            assert os.readlink(f"/proc/{process.pid}/fd/{stream}") == "/dev/null"
    with system.settle().client() as client:
        create(client)
