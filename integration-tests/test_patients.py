"""Creating and reading patients through the gateway."""

import datetime
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from patients import create, new_patient
from problems import assert_problem
from waiting import wait_until

FIELDS = {"id", "name", "email", "address", "dateOfBirth", "registeredDate", "version", "createdAt", "updatedAt"}


def today():
    return datetime.datetime.now(datetime.UTC).date()


def test_creating_a_patient_returns_201_with_the_patient_and_its_account(admin):
    body = new_patient()
    answer = admin.post("/api/patients", json=body)
    assert answer.status_code == 201
    patient = answer.json()
    assert patient.keys() == FIELDS | {"billingAccount"}
    assert {name: patient[name] for name in body} == body
    assert patient["version"] == 1
    assert patient["createdAt"] == patient["updatedAt"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", patient["createdAt"])
    assert uuid.UUID(patient["id"]).version == 7
    assert answer.headers["location"] == f"patients/{patient['id']}"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "no-store"
    assert patient["billingAccount"]["status"] == "ACTIVE"
    assert uuid.UUID(patient["billingAccount"]["id"])


def test_a_created_patient_can_be_read(admin):
    created = create(admin)
    answer = admin.get(f"/api/patients/{created['id']}")
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1"'
    del created["billingAccount"]
    assert answer.json() == created


def test_a_known_version_is_not_sent_again(admin):
    path = f"/api/patients/{create(admin)['id']}"
    for method in (admin.get, admin.head):
        answer = method(path, headers={"If-None-Match": 'W/"1", "7"'})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
        assert answer.headers["cache-control"] == "no-store"
        assert method(path, headers={"If-Match": '"2"'}).status_code == 412
    assert admin.get(path, headers={"If-None-Match": '"2"'}).status_code == 200
    head = admin.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", '"1"')


def test_an_id_may_be_written_in_upper_case(admin):
    created = create(admin)
    assert admin.get(f"/api/patients/{created['id'].upper()}").json()["id"] == created["id"]


def test_the_registered_date_defaults_to_today(admin):
    before = today()
    assert create(admin)["registeredDate"] in {str(before), str(today())}
    assert create(admin, registeredDate="2019-02-28")["registeredDate"] == "2019-02-28"


@pytest.mark.parametrize("name", ["Zoë Müller-Öztürk", "José e\u0301", "محمد علي", "山田 太郎", "Ada 👩🏽‍⚕️ 𝒜"])
def test_unicode_in_a_name_is_preserved_exactly(admin, name):
    created = create(admin, name=name, address=name)
    assert created["name"] == name
    read = admin.get(f"/api/patients/{created['id']}").json()
    assert (read["name"], read["address"]) == (name, name)


def test_a_second_patient_with_the_same_email_in_another_case_is_rejected(admin):
    email = create(admin)["email"]
    problem = assert_problem(admin.post("/api/patients", json=new_patient(email=email.upper())), 409, "email")
    assert email not in str(problem).lower()


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": 7}, "name"),
        ({"email": None}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b@c.example"}, "email"),
        ({"email": "a" * 250 + "@b.example"}, "email"),
        ({"address": None}, "address"),
        ({"address": "x" * 501}, "address"),
        ({"address": {}}, "address"),
        ({"dateOfBirth": None}, "dateOfBirth"),
        ({"dateOfBirth": "2023-02-30"}, "dateOfBirth"),
        ({"dateOfBirth": "10/12/1985"}, "dateOfBirth"),
        ({"dateOfBirth": "1849-12-31"}, "dateOfBirth"),
        ({"dateOfBirth": str(today() + datetime.timedelta(days=2))}, "dateOfBirth"),
        ({"dateOfBirth": 19851210}, "dateOfBirth"),
        ({"registeredDate": "soon"}, "registeredDate"),
        ({"nickname": "Ada"}, "nickname"),
    ],
)
def test_an_invalid_field_is_rejected_naming_the_field(admin, fields, field):
    assert_problem(admin.post("/api/patients", json=new_patient(**fields)), 400, field)


def test_all_invalid_fields_are_reported_at_once(admin):
    answer = admin.post("/api/patients", json={"name": "", "email": "nobody", "dateOfBirth": "1", "surname": "x"})
    problem = assert_problem(answer, 400)
    assert {error["field"] for error in problem["errors"]} == {"name", "email", "address", "dateOfBirth", "surname"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"nonsense",
        b'{"name":"a","name":"b"}',
        b'{"name":"\xff\xfe"}',
        b'{"name":"\\ud800"}',
        b'{"name":' + b"[" * 100 + b"]" * 100 + b"}",
    ],
)
def test_invalid_json_is_rejected(admin, content):
    answer = admin.post("/api/patients", content=content, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400)


def test_a_body_of_another_media_type_is_rejected(admin):
    answer = admin.post("/api/patients", content="<patient/>", headers={"Content-Type": "application/xml"})
    assert_problem(answer, 415)


def test_a_body_that_is_too_large_is_rejected(admin):
    answer = admin.post("/api/patients", json=new_patient(address="x" * 2_000_000))
    assert_problem(answer, 413)
    assert answer.json()["instance"] == "/api/patients"


@pytest.mark.parametrize("path", ["not-a-uuid", "123", "00000000-0000-0000-0000-00000000000g"])
def test_an_id_that_is_not_a_uuid_is_rejected(admin, path):
    assert_problem(admin.get(f"/api/patients/{path}"), 400, "id")


def test_an_id_with_nul_is_rejected_by_the_service_too(system):
    with system.client(service="patient") as client:
        assert_problem(client.get("/patients/%00"), 400, "id")


def test_an_unknown_id_returns_404(admin):
    assert_problem(admin.get(f"/api/patients/{uuid.uuid4()}"), 404)


def test_repeating_a_request_with_its_idempotency_key_replays_the_first_response(admin):
    key, body = {"Idempotency-Key": str(uuid.uuid4())}, new_patient()
    first = admin.post("/api/patients", json=body, headers=key)
    second = admin.post("/api/patients", json=body, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    for name in ("etag", "location"):
        assert second.headers[name] == first.headers[name]


def test_an_idempotency_key_with_another_body_is_rejected(admin):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    create(admin, headers=key)
    assert_problem(admin.post("/api/patients", json=new_patient(), headers=key), 422)


def test_an_idempotency_key_belongs_to_its_user(system, admin):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = create(admin, headers=key)
    with system.client("CLINICIAN") as another:
        assert create(another, headers=key)["id"] != first["id"]


def test_a_rejected_request_does_not_use_up_its_idempotency_key(admin):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert_problem(admin.post("/api/patients", json=new_patient(name=""), headers=key), 400, "name")
    create(admin, headers=key)


def test_a_hundred_parallel_requests_with_one_idempotency_key_create_one_patient(system, admin):
    key, body = {"Idempotency-Key": str(uuid.uuid4())}, new_patient()
    with ThreadPoolExecutor(100) as pool, system.client() as client:
        answers = list(pool.map(lambda _: client.post("/api/patients", json=body, headers=key), range(100)))

    def essence(answer):
        patient = answer.json()
        patient.pop("billingAccount", None)  # may have become ACTIVE meanwhile
        return answer.status_code, answer.headers.get("etag"), answer.headers.get("location"), patient

    first = essence(answers[0])
    assert first[:2] == (201, '"1"')
    assert all(essence(answer) == first for answer in answers)
    patient = first[3]["id"]
    assert [
        found["id"] for found in admin.get("/api/patients", params={"searchValue": body["email"]}).json()["patients"]
    ] == [patient]
    accounts = wait_until(
        lambda: admin.get("/api/billing/accounts", params={"patientId": patient}).json()["accounts"],
        "the account exists",
    )
    assert len(accounts) == 1

    # The outbox publishes in order: a duplicate event would precede the event of a later patient.
    later = create(admin)["id"]
    events = wait_until(
        lambda: (read := system.read_topic()) and any(e["key"] == later for e in read) and read,
        "the event of the later patient is in the topic",
    )
    assert len([event for event in events if event["key"] == patient]) == 1
