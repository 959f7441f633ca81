"""What the services log about a request: enough to trace it, but no personal data."""

import contextlib
import fcntl
import http.client
import json
import os
import re
import sqlite3
import uuid

import grpc
import httpx
import pytest

import rpc
from conftest import KINDS
from deployment import PASSWORD
from patients import new_patient
from waiting import wait_until


def lines_of(system, request_id):
    """Returns every log line about a request, from all processes."""
    text = "".join(system.log(name).read_text() for name in system.processes)
    return [json.loads(line) for line in text.splitlines() if request_id in line]


def test_each_service_logs_one_line_per_request(system, admin):
    request_id = f"req-{uuid.uuid4()}"
    answer = admin.post("/api/patients", json=new_patient(), headers={"X-Request-Id": request_id})
    assert answer.status_code == 201

    def both():
        lines = {line["service"]: line for line in lines_of(system, request_id) if line["message"] == "request"}
        return lines if {"api-gateway", "patient-service"} <= lines.keys() else None

    lines = wait_until(both, "the request is in the log of both services")
    for service in ["api-gateway", "patient-service"]:
        line = lines[service]
        assert (line["level"], line["method"], line["status"]) == ("info", "POST", 201)
        assert line["ms"] >= 0
    assert lines["patient-service"]["route"] == "/patients"
    assert lines["api-gateway"]["trace_id"] == lines["patient-service"]["trace_id"]


@pytest.fixture(scope="module", params=KINDS)
def verbose(request, module_deployments):
    """A system with the most verbose log level."""
    return module_deployments.create(request.param, {"log.level": "debug"}).start().settle()


def change_patients(client, marker):
    """Calls every method of the patient routes with valid and invalid input."""
    fields = {"name": marker, "address": marker, "email": f"{marker}@example.com"}
    body = new_patient(**fields)
    headers = {"Idempotency-Key": marker}
    patient = client.post("/api/patients", json=body, headers=headers).json()
    path = f"/api/patients/{patient['id']}"
    assert client.post("/api/patients", json=body).status_code == 409
    assert client.post("/api/patients", json=body | {"name": marker + "x"}, headers=headers).status_code == 422
    assert client.post("/api/patients", json=body | {marker: marker, "dateOfBirth": marker}).status_code == 400
    assert client.post("/api/patients", content=f'{{"name":"{marker}').status_code in (400, 415)
    assert client.put(path, json=body, headers={"If-Match": f'"{marker}"'}).status_code in (400, 412)
    assert client.put(path, json=body | {"name": marker + "y"}).status_code == 200
    assert client.patch(path, json={"address": marker, "email": f"{marker}2@example.com"}).status_code == 200
    assert client.patch(path, json={"name": [marker]}).status_code == 400
    assert client.get(f"/api/patients/{marker}").status_code == 400
    assert client.get("/api/patients", params={"searchValue": marker, "colour": marker}).status_code == 400
    client.get("/api/patients", params={"searchValue": marker})
    client.get("/api/patients", params={"searchValue": f"{marker}@example.com"})
    client.get("/api/patients", params={"cursor": marker})
    assert client.delete(path, headers={"If-Match": '"99"'}).status_code == 412
    assert client.delete(path).status_code == 204
    return patient


def change_users(client, marker):
    """Creates, changes and deletes a user."""
    user = {"email": f"{marker}@clinic.example", "password": marker, "roles": ["ANALYST"]}
    account = "/auth/users/" + client.post("/auth/users", json=user).json()["id"]
    for password in [marker, *["x" + marker] * 6]:  # accepted, rejected, and throttled
        client.post("/auth/login", json={"email": user["email"], "password": password})
    assert client.post("/auth/users", json=user).status_code == 409
    assert client.patch(account, json={"password": "x" + marker}).status_code == 200
    own = {"currentPassword": marker, "newPassword": marker * 2}
    assert client.put("/auth/me/password", json=own).status_code == 400
    assert client.delete(account).status_code == 204


def use_the_other_routes(system, client, marker):
    login = {"email": f"{marker}@example.com", "password": marker}
    assert client.post("/auth/login", json=login).status_code == 401
    assert client.post("/auth/login", json=login | {marker: marker}).status_code == 400
    assert client.post("/auth/refresh", json={"refreshToken": marker}).status_code == 401
    client.post("/auth/logout", json={"refreshToken": marker}, headers={"Authorization": f"Bearer {marker}"})
    client.get("/api/billing/accounts", params={"patientId": marker, marker: marker})
    client.get(f"/api/billing/accounts/{marker}")
    client.get("/api/analytics/registrations", params={"from": marker, marker: marker})
    client.get(f"/{marker}/{marker}?{marker}")
    client.request(marker.upper(), f"/api/patients/{marker}")
    for service in ["auth", "patient", "billing", "analytics"]:
        httpx.get(f"{system.url(service)}/{marker}", headers={"Cookie": marker, "X-Forwarded-Prefix": f"/{marker}"})


def use_grpc(system, marker):
    """Makes calls that succeed and calls that are rejected."""
    create = "/billing.v1.BillingService/CreateBillingAccount"
    fields = {"name": marker, "email": f"{marker}@example.com"}
    rpc.call(system.grpc_address, create, system.token(), patient_id=str(uuid.uuid4()), **fields)
    for token, patient_id in [(marker, "p"), (system.token(), marker * 10)]:
        with pytest.raises(grpc.RpcError):
            rpc.call(system.grpc_address, create, token, patient_id=patient_id, **fields)
    rpc.call(system.grpc_address, "/BillingService/CreateBillingAccount", patientId=str(uuid.uuid4()), **fields)


def publish_poisoned_event(system, marker):
    """Appends an event that no consumer can apply, in the way a faulty producer would."""
    value = b"\x12" + bytes([len(marker)]) + marker.encode()  # a PatientEvent with only a name
    with sqlite3.connect(system.data / "events.db", timeout=10) as log:
        [topic] = log.execute("SELECT id FROM topic WHERE name = 'patient'").fetchone()
        log.execute(
            "UPDATE topic_partition SET next_offset = next_offset + 1 WHERE topic_id = ? AND partition = 0", (topic,)
        )
        log.execute(
            """INSERT INTO record (topic_id, partition, record_offset, timestamp, key, headers, value)
               SELECT topic_id, partition, next_offset - 1, 0, ?, x'', ? FROM topic_partition
               WHERE topic_id = ? AND partition = 0""",
            (marker.encode(), value, topic),
        )
    log.close()
    for group in ["billing-service", "analytics-service"]:
        wait_until(lambda group=group: dead_letters(system, group), f"the event is in the dead-letter topic of {group}")


def dead_letters(system, group):
    read = system.pms("topics", "read", f"{group}.patient.dlq", "--json")
    return read.returncode == 0 and read.stdout


def test_logs_contain_no_personal_data_and_no_secrets(verbose):
    system = verbose
    marker = f"marker{uuid.uuid4().hex[:16]}"
    with system.client() as client:
        change_patients(client, marker)
        change_users(client, marker)
        use_the_other_routes(system, client, marker)
        use_grpc(system, marker)
        publish_poisoned_event(system, marker)
        last = f"req-{uuid.uuid4()}"
        client.get("/api/patients", headers={"X-Request-Id": last})
    wait_until(lambda: len(lines_of(system, last)) >= 2, "the last request is in the logs")
    signature = system.token().split(".")[2]
    for name in system.processes:
        for line in system.log(name).read_text().splitlines():
            json.loads(line)
            for secret in [marker, PASSWORD, signature, "@", "Bearer "]:
                assert secret.lower() not in line.lower(), line


def answered_requests(system, count):
    """Sends requests that the gateway logs, over one connection. Returns how many were answered."""
    connection = http.client.HTTPConnection("127.0.0.1", system.ports.http["gateway"], timeout=10)
    answered = 0
    for number in range(count):
        connection.request("GET", "/api/patients", headers={"X-Request-Id": f"{number:064}"})
        response = connection.getresponse()
        response.read()
        answered += response.status == 401
    connection.close()
    return answered


def dropped_lines(system, service):
    metrics = httpx.get(system.management(service) + "/metrics").text
    return float(re.search("^log_lines_dropped_total ([0-9.e+]+)$", metrics, re.MULTILINE).group(1))


def test_a_stderr_that_is_never_read_stops_nothing(deployments):
    read_end, write_end = os.pipe()
    try:
        fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)
        system = deployments.create("all-in-one", {"drain.timeout": "5s"}).start(stderr=write_end)
        assert answered_requests(system, 5_000) == 5_000
        for _ in range(40):
            if dropped_lines(system, "gateway") > 0:
                break
            assert answered_requests(system, 1_000) == 1_000
        assert dropped_lines(system, "gateway") > 0
        code, seconds = system.end("pms")
        assert code == 0
        assert seconds < 5
    finally:
        os.close(write_end)
        os.close(read_end)


def test_a_start_that_fails_ends_although_stderr_is_never_read(deployments):
    read_end, write_end = os.pipe()
    try:
        os.set_blocking(write_end, False)
        with contextlib.suppress(BlockingIOError):
            while os.write(write_end, b"x" * 4096):
                pass
        os.set_blocking(write_end, True)
        system = deployments.create("all-in-one")
        system.data.mkdir()
        (system.data / "auth.db").write_bytes(b"this is no database " * 1000)
        system.launch("pms", stderr=write_end)
        assert system.processes.pop("pms").wait(timeout=20) == 1
    finally:
        os.close(write_end)
        os.close(read_end)
