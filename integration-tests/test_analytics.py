"""The counts that analytics keeps."""

import datetime

import pytest

from patients import create
from waiting import wait_until


@pytest.fixture(params=["all-in-one", "five-processes"])
def client(request, deployments):
    """Of a system in which nothing has happened yet."""
    with deployments.make(request.param).start().settle().client() as client:
        yield client


def summary(client):
    answer = client.get("/api/analytics/summary")
    assert answer.status_code == 200, answer.text
    return answer.json()


def assert_counted(client, created, updated, deleted):
    """The summary says this as soon as it has counted as many events."""
    events = created + updated + deleted
    wait_until(lambda: summary(client)["eventsProcessed"] >= events, f"{events} events are counted")
    counts = summary(client)
    as_of = datetime.datetime.fromisoformat(counts.pop("asOf").replace("Z", "+00:00"))
    assert as_of.tzinfo is not None
    assert counts == {
        "patientsCreated": created,
        "patientsUpdated": updated,
        "patientsDeleted": deleted,
        "activePatients": created - deleted,
        "eventsProcessed": events,
    }


def test_the_summary_counts_patients_and_their_changes(client):
    assert summary(client)["asOf"] is None
    first, second, _ = (f"/api/patients/{create(client)['id']}" for _ in range(3))
    assert_counted(client, created=3, updated=0, deleted=0)
    for name in ("Ada", "Ada King"):
        assert client.patch(first, json={"name": name}).status_code == 200
    assert_counted(client, created=3, updated=2, deleted=0)
    assert client.delete(second).status_code == 204
    assert_counted(client, created=3, updated=2, deleted=1)
