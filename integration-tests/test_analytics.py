"""The statistics of analytics-service."""

import datetime

import pytest

from patients import create
from problems import assert_problem
from waiting import wait_until


@pytest.fixture(params=["all-in-one", "five-processes"])
def client(request, deployments):
    """A client of a new, empty system."""
    with deployments.create(request.param).start().settle().client() as client:
        yield client


def summary(client):
    answer = client.get("/api/analytics/summary")
    assert answer.status_code == 200, answer.text
    return answer.json()


def assert_counted(client, created, updated, deleted):
    """Waits until as many events are counted, and checks the summary."""
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


def buckets(client, **parameters):
    """Returns {first day: count} from the response of the gateway."""
    answer = client.get("/api/analytics/registrations", params=parameters)
    assert answer.status_code == 200, answer.text
    return {bucket["from"]: bucket["count"] for bucket in answer.json()["buckets"]}


def test_registrations_are_counted_by_their_date(client):
    period = {"from": "2024-02-28", "to": "2024-03-02"}
    first, second = (create(client, registeredDate="2024-02-29") for _ in range(2))
    create(client, registeredDate="2024-03-03")
    assert_counted(client, created=3, updated=0, deleted=0)
    counts = {"2024-02-28": 0, "2024-02-29": 2, "2024-03-01": 0, "2024-03-02": 0}
    assert buckets(client, **period) == counts
    assert buckets(client, interval="month", **period) == {"2024-02-28": 2, "2024-03-01": 0}
    assert client.patch(f"/api/patients/{first['id']}", json={"registeredDate": "2024-03-02"}).status_code == 200
    assert client.delete(f"/api/patients/{second['id']}").status_code == 204
    assert_counted(client, created=3, updated=1, deleted=1)
    assert buckets(client, **period) == counts | {"2024-02-29": 1, "2024-03-02": 1}


def test_registrations_end_today_by_default(client):
    before = datetime.datetime.now(datetime.UTC).date()
    create(client)
    assert_counted(client, created=1, updated=0, deleted=0)
    for interval, length in [("day", 30), ("month", 12)]:
        counts = buckets(client, interval=interval)
        assert len(counts) == length
        assert sum(counts.values()) == 1
    assert list(buckets(client))[-1] in {str(before), str(datetime.datetime.now(datetime.UTC).date())}


def test_an_invalid_period_is_rejected(system, admin):
    for query, field in [
        ("interval=week", "interval"),
        ("from=2026-02-30", "from"),
        ("to=yesterday", "to"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("from=2020-01-01&to=2026-01-01", "from"),
        ("from=2026-03-01&from=2026-03-02", "from"),
        ("by=month", "by"),
    ]:
        assert_problem(admin.get(f"/api/analytics/registrations?{query}"), 400, field)
