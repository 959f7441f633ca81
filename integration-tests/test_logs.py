"""What the services write about a request: enough to follow it, and nothing of the person it is about."""

import json
import uuid

from deployment import PASSWORD
from patients import new_patient
from waiting import wait_until


def lines_of(system, request_id):
    """Every log line about a request, from every process."""
    text = "".join(system.log(name).read_text() for name in system.processes)
    return [json.loads(line) for line in text.splitlines() if request_id in line]


def test_one_line_for_a_request_in_each_service_it_passes(system, admin):
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


def test_logs_hold_no_personal_data_and_no_secret(system, admin):
    marker = f"marker{uuid.uuid4().hex}"
    body = new_patient(name=marker, email=f"{marker}@example.com", address=marker)
    patient = admin.post("/api/patients", json=body).json()
    assert admin.post("/api/patients", json=body).status_code == 409
    admin.get(f"/api/patients/{patient['id']}?name={marker}")
    admin.get("/api/patients", params={"colour": marker})
    admin.post("/auth/login", json={"email": f"{marker}@example.com", "password": marker})
    last = f"req-{uuid.uuid4()}"
    admin.get("/api/patients", headers={"X-Request-Id": last})
    wait_until(lambda: len(lines_of(system, last)) >= 2, "the last request is in the logs")
    for name in system.processes:
        text = system.log(name).read_text()
        for secret in [marker, PASSWORD, system.token().split(".")[2]]:
            assert secret not in text
