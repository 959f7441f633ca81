"""Creates many patients in parallel and records each one that the server acknowledged."""

import http.client
import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import rpc
from patients import new_patient
from waiting import wait_until

CONNECTIONS = 16


class Burst:
    """Creates `count` patients over 16 connections.

    A request that gets no response, or a 5xx, is sent again with the same idempotency key until it
    is acknowledged. Each therefore creates one patient, even if servers are killed meanwhile.
    """

    def __init__(self, system, count):
        self._port = system.ports.http["gateway"]
        self._token = system.token()
        self._attempts = iter([(str(uuid.uuid4()), json.dumps(new_patient())) for _ in range(count)])
        self._lock = threading.Lock()
        self.acknowledged = []  # patient ids
        self.repeats = 0
        self._pool = ThreadPoolExecutor(CONNECTIONS)
        self._workers = [self._pool.submit(self._work) for _ in range(CONNECTIONS)]

    def wait_for(self, count):
        """Waits until at least `count` patients are acknowledged."""
        wait_until(lambda: len(self.acknowledged) >= count or self._failed(), f"{count} patients", seconds=60)

    def finish(self):
        """Waits until all patients are acknowledged. Returns their ids."""
        for worker in self._workers:
            worker.result()
        self._pool.shutdown()
        return self.acknowledged

    def _failed(self):
        return any(worker.done() and worker.exception() for worker in self._workers)

    def _next(self):
        with self._lock:
            return next(self._attempts, None)

    def _work(self):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        while attempt := self._next():
            deadline = time.monotonic() + 30
            while not (patient_id := self._create(connection, *attempt)):
                assert time.monotonic() < deadline, "a patient could not be created within 30 s"
                with self._lock:
                    self.repeats += 1
                time.sleep(0.02)
            with self._lock:
                self.acknowledged.append(patient_id)
        connection.close()

    def _create(self, connection, key, body):
        """Sends one request. Returns the patient's id, or None if the request should be retried."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            connection.request("POST", "/api/patients", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return None
        assert answer.status == 201 or answer.status >= 500, f"{answer.status}: {text!r}"
        return json.loads(text)["id"] if answer.status == 201 else None


def stored_patients(client):
    """Returns the id of every stored patient by following the links of the list."""
    ids, link = [], "?size=100"
    while link:
        answer = client.get("/api/patients" + link)
        assert answer.status_code == 200, answer.text
        ids += [patient["id"] for patient in answer.json()["patients"]]
        link = answer.links["next"]["url"] if "next" in answer.links else None
    return ids


def assert_one_of_everything(system, patients):
    """Exactly these patients are stored. Each soon has one event and one account."""
    with system.client() as client:
        assert sorted(stored_patients(client)) == sorted(patients)
        summary = lambda: client.get("/api/analytics/summary").json()
        wait_until(lambda: summary()["patientsCreated"] >= len(patients), "every patient is counted", seconds=30)
        wait_until(
            lambda: len(rpc.every_account(system.grpc_address, system.token())) >= len(patients),
            "every patient has an account",
            seconds=30,
        )
        counts = summary()
    assert (counts["patientsCreated"], counts["activePatients"]) == (len(patients), len(patients))
    accounts = rpc.every_account(system.grpc_address, system.token())
    assert sorted(account.patient_id for account in accounts) == sorted(patients)
    events = system.read_topic()
    assert {event["key"] for event in events} == set(patients)
    assert len({event["headers"]["ce_id"] for event in events}) == len(patients)
