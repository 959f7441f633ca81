"""The counts that analytics keeps."""

import datetime

from patients import create
from waiting import wait_until


def summary(client):
    answer = client.get("/api/analytics/summary")
    assert answer.status_code == 200, answer.text
    return answer.json()


def counted(client, created):
    """The summary once it counts so many patients."""

    def current():
        counts = summary(client)
        return counts if counts["patientsCreated"] >= created else None

    return wait_until(current, f"patientsCreated is {created}")


def test_the_summary_counts_new_patients(admin):
    stored = admin.get("/api/patients").json()["totalElements"]
    before = counted(admin, stored)
    for _ in range(3):
        create(admin)
    after = counted(admin, stored + 3)
    assert after.keys() == {
        "patientsCreated",
        "patientsUpdated",
        "patientsDeleted",
        "activePatients",
        "eventsProcessed",
        "asOf",
    }
    assert after["patientsCreated"] == before["patientsCreated"] + 3
    assert after["activePatients"] == before["activePatients"] + 3
    assert after["eventsProcessed"] == before["eventsProcessed"] + 3
    assert (after["patientsUpdated"], after["patientsDeleted"]) == (0, 0)
    as_of = datetime.datetime.fromisoformat(after["asOf"].replace("Z", "+00:00"))
    assert as_of.tzinfo is not None
