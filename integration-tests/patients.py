"""Creates patients for tests."""

import itertools
import uuid

_run = uuid.uuid4().hex[:12]
_numbers = itertools.count(1)


def new_patient(**fields):
    """Returns a valid body for POST /api/patients with a unique e-mail. None omits a field."""
    body = {
        "name": "Ada Lovelace",
        "email": f"patient-{_run}-{next(_numbers)}@example.com",
        "address": "12 St James's Square, London",
        "dateOfBirth": "1985-12-10",
    } | fields
    return {name: value for name, value in body.items() if value is not None}


def create(client, headers=None, **fields):
    """Creates a patient and returns the JSON of the response."""
    answer = client.post("/api/patients", json=new_patient(**fields), headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()
